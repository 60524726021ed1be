import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium", app_title="From answers to verdicts")


@app.cell
def _():
    import marimo as mo

    from mlbc_stats import reliability, report, survey, theory

    return mo, reliability, report, survey, theory


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # From answers to verdicts

    A questionnaire was answered about 600 machine learning solutions. Which propositions of the theory hold?

    /// warning | These answers are synthetic

    Nobody has answered this questionnaire yet. The answers are drawn from a declared population, in which
    some propositions are true and others are not. Every table and figure below says so. With an export of
    your own, change the one line that reads the file.

    ///
    """)
    return


@app.cell
def _(mo, survey):
    pilot = mo.notebook_dir().parent / "data" / "synthetic" / "pilot.csv"
    answers = survey.read(pilot, "mlbc_alignment")
    answers
    return (answers,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Who read the questions?

    Screening marks careless and incomplete cases. Nothing is deleted: a later stage leaves out what is
    marked.
    """)
    return


@app.cell
def _(answers, survey):
    screening = survey.screen(answers)
    screening.table().query("flagged > 0")[["rule", "excludes", "flagged", "share"]].round(3)
    return (screening,)


@app.cell
def _(mo, screening):
    kept = int(screening.kept.sum())
    mo.md(f"{kept} of {len(screening.kept)} cases are kept.")
    return (kept,)


@app.cell
def _(answers, report):
    state = [item for item in answers.instrument.items if item.id.startswith("aln_state")]
    report.likert_chart(
        answers.frame()[[item.id for item in state]],
        {1: "strongly disagree", 2: "2", 3: "3", 4: "4", 5: "5", 6: "6", 7: "strongly agree"},
        texts={item.id: item.text["en"] for item in state},
        title="Alignment of the three cycles",
        synthetic=True,
    )
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## Does the scale measure one thing?
    """)
    return


@app.cell
def _(answers, reliability, survey):
    alignment = reliability.omega(
        survey.keyed(answers), [item.id for item in answers.instrument.items_of("aln_state")]
    )
    alignment
    return (alignment,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The verdicts

    Three propositions, decided by one structural equation model:

    - **M1**: temporal complexity lowers alignment,
    - **M4**: organizational meta-learning raises alignment,
    - **M12**: alignment raises capability.

    A verdict rests on an interval and on the smallest effect that would matter, not on a p value alone.
    Before any verdict is given, the model has to pass its gates: convergence, enough units, fit, distinct
    constructs, reliability.
    """)
    return


@app.cell
def _(answers, screening, theory):
    result = theory.test(answers, ["M1", "M4", "M12"], screening, cutoffs=0)
    return (result,)


@app.cell
def _(mo, result):
    closed = [gate for gate in result.gates if gate.closed]
    mo.md(f"{len(result.gates)} gates were looked at; {len(closed)} of them are closed.")
    return (closed,)


@app.cell
def _(report, result):
    report.verdict_table(result.verdicts, synthetic=True)
    return


@app.cell
def _(report, result):
    report.forest(result.verdicts, synthetic=True)
    return


@app.cell
def _(report, result):
    report.path_diagram(result.fits["S1"], title="Model S1", synthetic=True)
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    Answers of one wave show what goes together, not what causes what. `mlbc study run` does all of this and
    more (robustness, composites beside factors, a report for reviewers) from one study file.
    """)
    return


if __name__ == "__main__":
    app.run()
