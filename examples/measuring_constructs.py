import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="Measuring constructs")


@app.cell
def _():
    import marimo as mo
    import pandas as pd

    from mlbc_stats import factor, reliability, report, sem

    return factor, mo, pd, reliability, report, sem


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Measuring constructs

    Nine tests of 301 pupils in two schools (Holzinger and Swineford, 1939). Three are meant to measure visual
    ability, three verbal ability, three speed. A study of measurement asks, in this order: how do the items
    behave, how many factors are there, how reliable are the scales, are the constructs distinct, and do they
    mean the same in both schools?

    The data are part of the project's tests; run this in a checkout.
    """)
    return


@app.cell
def _(mo, pd):
    pupils = pd.read_csv(
        mo.notebook_dir().parent / "tests" / "reference" / "data" / "HolzingerSwineford1939.csv"
    )
    scales = {"visual": ["x1", "x2", "x3"], "textual": ["x4", "x5", "x6"], "speed": ["x7", "x8", "x9"]}
    items = [name for scale in scales.values() for name in scale]
    pupils[items].describe().T.round(2)
    return items, pupils, scales


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## How many factors?

    Rules disagree more often than textbooks admit, so all of them are asked. The picture shows the
    eigenvalues, what each rule compares them with, and the number that it suggests.
    """)
    return


@app.cell
def _(factor, items, pupils, report):
    counting = factor.retention(pupils[items], seed=1)
    report.scree_plot(counting)
    return (counting,)


@app.cell
def _(factor, items, pupils, report):
    explored = factor.fit(pupils[items], 3, method="ml", rotation="oblimin")
    report.loadings_heatmap(
        explored.table[list(explored.factors)], title="Three exploratory factors, oblique"
    )
    return (explored,)


@app.cell
def _(explored, pd):
    pd.DataFrame(explored.phi, explored.factors, explored.factors).round(2)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    Each test loads where it was meant to, with one exception: `x9` (telling straight from curved capitals)
    also needs visual ability.

    ## How reliable are the scales?

    α assumes that all items of a scale measure equally well; ω does not. Where the test of equal loadings
    rejects, report ω.
    """)
    return


@app.cell
def _(pd, pupils, reliability, scales):
    reliable = pd.DataFrame(
        {
            scale: {
                "alpha": reliability.alpha(pupils, names).alpha,
                "omega": reliability.omega(pupils, names).omega,
            }
            for scale, names in scales.items()
        }
    ).T
    reliable.round(3)
    return (reliable,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Are the constructs distinct, and do they converge?

    A confirmatory model of the three scales gives what reviewers ask for: composite reliability, average
    variance extracted (AVE), and the correlations of the constructs free of measurement error.
    """)
    return


@app.cell
def _(pupils, reliability, scales, sem):
    model = "\n".join(f"{scale} =~ {' + '.join(names)}" for scale, names in scales.items())
    fit = sem.cfa(model, pupils)
    validity = reliability.summary(fit)
    validity.constructs.round(3)
    return fit, model, validity


@app.cell
def _(pupils, reliability, scales):
    ratios = reliability.htmt_intervals(pupils, scales, 500, seed=1)
    ratios.round(3)
    return (ratios,)


@app.cell
def _(fit):
    fit.fit_measures[["chisq", "df", "pvalue", "cfi", "rmsea", "srmr"]].round(3)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    The heterotrait-monotrait ratios stay far below .85, so the constructs are distinct. But the AVE of visual
    ability and of speed is below .50, and the model does not fit closely: the exploratory factors showed why.

    ## The same meaning in both schools?

    Loadings, intercepts and residual variances are made equal step by step.
    """)
    return


@app.cell
def _(model, pupils, sem):
    ladder = sem.invariance(model, pupils, group="school")
    ladder.table[["chisq", "df", "cfi", "chisq_diff", "df_diff", "pvalue_diff", "delta_cfi"]].round(3)
    return (ladder,)


@app.cell
def _(ladder):
    ladder.proposals.query("proposed")[["step", "parameter", "stat", "epc", "pvalue_adjusted"]].round(3)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    Loadings hold; intercepts do not. Two tests are harder in one school than ability explains, `x3` and `x7`.
    Until these are free, means of the two schools must not be compared. `reliability.measure` and the command
    `mlbc measure` give all of this in one step.
    """)
    return


if __name__ == "__main__":
    app.run()
