import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="A model beside lavaan's numbers")


@app.cell
def _():
    import json

    import marimo as mo
    import pandas as pd

    from mlbc_stats import report, sem

    return json, mo, pd, report, sem


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # A model beside lavaan's numbers

    Bollen's data on industrialization and democracy: 75 countries, three indicators of industrialization in
    1960, four of democracy in 1960 and the same four in 1965. We fit the well-known model with an indirect
    effect and compare every number with what lavaan 0.6-14 prints for it.

    The files that it reads, the data and lavaan's results, are part of the project's tests; run it in a
    checkout.
    """)
    return


@app.cell
def _(json, mo, pd):
    reference = mo.notebook_dir().parent / "tests" / "reference"
    countries = pd.read_csv(reference / "data" / "PoliticalDemocracy.csv")
    case = json.loads((reference / "cases" / "b04_pd_indirect.json").read_text(encoding="utf-8"))
    model = case["fit"]["model"]
    mo.md(f"The model, in the same words for both programs:\n\n```text\n{model}\n```")
    return case, countries, model


@app.cell
def _(countries, model, sem):
    fit = sem.fit(model, countries)
    fit
    return (fit,)


@app.cell
def _(fit, report):
    report.path_diagram(fit, show="measurement", title="Industrialization and democracy")
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Every parameter, twice

    Estimates and standard errors of lavaan stand beside ours, with the larger of the two differences at the
    end.
    """)
    return


@app.cell
def _(case, fit, pd):
    theirs = pd.DataFrame(case["expected"]["parameters"]).set_index(["lhs", "op", "rhs"])[["est", "se"]]
    ours = fit.parameters.set_index(["lhs", "op", "rhs"])[["est", "se"]]
    both = ours.join(theirs.astype(float).add_suffix("_lavaan"), how="outer")
    both["difference"] = (
        pd.concat([both["est"] - both["est_lavaan"], both["se"] - both["se_lavaan"]], axis=1)
        .abs()
        .max(axis=1, skipna=False)
    )
    both.reset_index().round(6)
    return (both,)


@app.cell
def _(case, fit, pd):
    measures = ["chisq", "df", "pvalue", "cfi", "tli", "rmsea", "srmr", "aic", "bic"]
    fit_measures = pd.DataFrame(
        {
            "here": fit.fit_measures[measures],
            "lavaan": [float(case["expected"]["fit"][name]) for name in measures],
        }
    )
    fit_measures["difference"] = (fit_measures["here"] - fit_measures["lavaan"]).abs()
    fit_measures.round(6)
    return (fit_measures,)


@app.cell
def _(both, fit_measures, mo):
    largest_parameter = float(both["difference"].max(skipna=False))
    largest_measure = float(fit_measures["difference"].max(skipna=False))
    mo.md(
        f"The largest difference is **{largest_parameter:.1e}** among {len(both)} parameters and their errors, and "
        f"**{largest_measure:.1e}** among the fit measures: both programs find the same minimum."
    )
    return largest_measure, largest_parameter


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What lavaan's user does next

    Is the indirect effect different from zero? The product of two coefficients is not normally distributed
    with 75 cases, so its interval comes from resamples. Every resample is refitted; a thousand of them take
    about a second.
    """)
    return


@app.cell
def _(fit, sem):
    draws = sem.bootstrap(fit, 1000, seed=1)
    defined = draws.parameters("bca").query("op == ':='")[["lhs", "est", "se", "ci_lower", "ci_upper"]]
    defined.round(3)
    return (defined,)


@app.cell
def _(fit, sem):
    sem.modification_indices(fit, minimum_value=4).head(8).round(2)
    return


@app.cell(hide_code=True)
def _(defined, mo):
    _sure = defined[(defined["ci_lower"] > 0) | (defined["ci_upper"] < 0)]["lhs"]
    mo.md(
        f"""
        Intervals of {", ".join(f"`{_name}`" for _name in _sure) or "none of the defined effects"} exclude zero.

        The tutorial *Coming from lavaan* goes on with groups, robust errors and missing answers; the page *Where we
        differ from lavaan* lists each place where numbers differ on purpose.
        """
    )
    return


if __name__ == "__main__":
    app.run()
