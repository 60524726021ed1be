"""Understand arguments of `fit` that are lavaan's by name: served, renamed, or refused with what to do instead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mlbc_stats.errors import ModelError, NotServedError
from mlbc_stats.near_names import did_you_mean
from mlbc_stats.sem.fitting.lavaan_options import OPTIONS, Option

EXTRA = (
    "bounds",
    "optim_bounds",
    "start",
    "do_fit",
    "baseline",
    "h1_information",
    "zero_add",
    "zero_keep_margins",
    "sample_th",
    "NACOV",
    "WLS_V",
    "gamma_n_minus_one",
    "integration_ngh",
    "sampling_weights_normalization",
    "sample_cov_rescale",
    "warn",
)
"""Options of lavaan that are understood where they are used."""

DEFAULTS: Mapping[str, Any] = {
    "estimator": "ML",
    "likelihood": "normal",
    "parameterization": "delta",
    "rotation": "geomin",
    "std_lv": False,
    "std_ov": False,
    "orthogonal": False,
    "effect_coding": False,
    "fixed_x": True,
    "meanstructure": None,
    "constraints": "",
    "ordered": (),
    "group_equal": (),
    "group_partial": (),
}
"""What lavaan's "default" (or NULL) means for arguments that `fit` would take at their word."""

MIMICS = ("lavaan", "default", "Mplus")
MPLUS_EQUAL = ("loadings", "intercepts")


@dataclass(frozen=True, slots=True)
class Understood:
    """All arguments of a call, those of lavaan in the words of `fit`.

    Attributes
    ----------
    arguments : arguments of `fit` by name, all of them.
    model : options of the model.
    group_label : groups to use, in order; empty for all.
    conditional_x : whether the user asks for moments given the covariates; None when not asked.
    iv_mimic_ml : whether instruments work on covariances with divisor n.
    mplus : whether numbers are to be those of mimic="Mplus".
    extra : other options by name, each understood where it is used: bounds, optim_bounds, start, do_fit, baseline,
        h1_information, zero_add, zero_keep_margins, sample_th, NACOV, WLS_V, ... (`EXTRA`).
    """

    arguments: dict[str, Any]
    model: dict[str, bool] = field(default_factory=dict)
    group_label: tuple[str, ...] = ()
    conditional_x: bool | None = None
    iv_mimic_ml: bool = False
    mplus: bool = False
    extra: dict[str, Any] = field(default_factory=dict)


def check_conditional(asked: bool | None, ordinal: bool) -> None:
    """Refuse moments given the covariates without ordinal variables, and joint moments with them.

    Examples
    --------
    >>> check_conditional(True, ordinal=True)
    """
    if asked is not None and asked is not ordinal:
        raise NotServedError(f"conditional_x={asked} is not served here: {OPTIONS['conditional_x'].text}")


def understand(given: Mapping[str, Any], call: Mapping[str, Any]) -> Understood:
    """What extra arguments mean, beside the arguments of the call.

    Parameters
    ----------
    given : extra arguments, dots or underscores in their names.
    call : arguments of `fit` as given or by default.

    Raises
    ------
    ModelError
        for a name that neither lavaan nor `fit` knows, or a value that is not understood.
    NotServedError
        for an option of lavaan that is not served; the message says what is.

    Examples
    --------
    >>> call = {"kind": "sem", "std_lv": False}
    >>> found = understand({"auto.var": True, "model.type": "cfa", "std.lv": True}, call)
    >>> found.model, found.arguments
    ({'auto_var': True}, {'kind': 'cfa', 'std_lv': True})
    """
    given, call = _with_estimator_options(given, call)
    arguments: dict[str, Any] = {}
    model: dict[str, bool] = {}
    special: dict[str, Any] = {}
    for written, value in _with_estimator_args(given).items():
        name = _own_name(written, call)
        if name in call:
            arguments[name] = value
            continue
        option = OPTIONS.get(name)
        if option is None:
            raise ModelError(f"fit has no argument {written!r}{did_you_mean(name, [*call, *OPTIONS])}")
        if option.how == "model":
            model |= _switch(name, value)
        elif option.how == "renamed":
            arguments[option.text] = value
        elif option.how == "special":
            special[name] = value
        else:
            _check(name, value, option)
    merged = dict(call) | arguments | _controlled(special.get("control"))
    merged |= {name: value for name, value in DEFAULTS.items() if name in merged and _left_open(merged[name])}
    merged |= _mimicked(special.get("mimic"), merged)
    if merged.get("missing") == "default":
        merged["missing"] = "listwise"
    conditional = _switch("conditional_x", special.get("conditional_x")).get("conditional_x")
    mimic_ml = _switch("iv_mimic_ml", special.get("iv_mimic_ml")).get("iv_mimic_ml", False)
    return Understood(
        merged,
        model,
        _labels(special.get("group_label")),
        conditional,
        mimic_ml,
        mplus=_is_mplus(special.get("mimic")),
        extra={name: value for name, value in special.items() if name in EXTRA and value is not None},
    )


def _left_open(value: Any) -> bool:
    """Whether a value stands for the default: None, lavaan's "default" or an empty text."""
    return value is None or (isinstance(value, str) and value in ("default", ""))


def _own_name(written: str, call: Mapping[str, Any]) -> str:
    """The name by which an option is known here, whatever its dots, underscores and capitals."""
    name = written.replace(".", "_")
    if name in call or name in OPTIONS:
        return name
    folded = name.replace("_", "").casefold()
    return next((each for each in (*call, *OPTIONS) if each.replace("_", "").casefold() == folded), name)


def _with_estimator_args(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What `estimator_args` holds as options of their own."""
    name = next((each for each in given if each.replace(".", "_") == "estimator_args"), None)
    held = None if name is None else given[name]
    if held is None:
        return {each: value for each, value in given.items() if each != name}
    if not isinstance(held, Mapping):
        raise ModelError(f"estimator_args={held!r}: expected a mapping, such as {{'iv_mimic_ml': True}}")
    unknown = [each for each in held if each.replace(".", "_") != "iv_mimic_ml"]
    if unknown:
        raise NotServedError(
            f"estimator_args: {', '.join(unknown)} is not served; the only estimator with arguments of its own here is "
            "'IV' (iv_mimic_ml)"
        )
    return {**{each: value for each, value in given.items() if each != name}, **held}


def _with_estimator_options(
    given: Mapping[str, Any], call: Mapping[str, Any]
) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """lavaan's estimator with options, ``{"estimator": "IV", "iv_mimic_ml": True}``, as arguments of their own."""
    estimator = call.get("estimator")
    if not isinstance(estimator, Mapping):
        return given, call
    options = {name.replace(".", "_"): value for name, value in estimator.items()}
    if not isinstance(options.get("estimator"), str):
        raise ModelError(f"estimator={estimator!r}: its entry 'estimator' names one, such as 'IV'")
    return {**given, **options}, {**call, "estimator": options["estimator"]}


def _switch(name: str, value: Any) -> dict[str, bool]:
    """A yes or no; nothing for lavaan's "default"."""
    if value is None or (isinstance(value, str) and value == "default"):
        return {}
    if value not in (True, False):
        raise ModelError(f"{name}={value!r}: expected True or False")
    return {name: bool(value)}


def _check(name: str, value: Any, option: Option) -> None:
    """Refuse what is not served, and values that would ask for something else than is done."""
    if option.how == "search" or value is None or (isinstance(value, str) and value == "default"):
        return
    held = tuple(value) if isinstance(value, list) else value
    if option.how == "refused" or not any(
        type(held) is type(each) and held == each for each in option.values
    ):
        shown = f"{name} is" if option.how == "refused" else f"{name}={value!r} is"
        raise NotServedError(f"{shown} not served: {option.text}")


def _controlled(control: Any) -> dict[str, Any]:
    """The most iterations out of lavaan's list for the optimizer."""
    if control is None or control in ([], ()):
        return {}
    if not isinstance(control, Mapping):
        raise ModelError(f"control={control!r}: expected a mapping, such as {{'iter.max': 1000}}")
    most = {key.replace(".", "_"): value for key, value in control.items()}.get("iter_max")
    return {} if most is None else {"max_iter": int(most)}


def _is_mplus(mimic: Any) -> bool:
    if mimic is None or mimic in MIMICS[:2]:
        return False
    if str(mimic).casefold() != "mplus":
        raise NotServedError(
            f"mimic={mimic!r} is not served; EQS and LISREL divide by n - 1: likelihood='wishart'"
        )
    return True


def _mimicked(mimic: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Mplus' defaults where the call has none of its own: means, FIML for ML and MLR, equal measurement over groups."""
    if not _is_mplus(mimic):
        return {}
    found: dict[str, Any] = {}
    if asked.get("meanstructure") is None and asked.get("sample_cov") is None:
        found["meanstructure"] = True
    ordinal = bool(asked.get("ordered"))
    plain = str(asked.get("estimator", "ML")).upper() in ("ML", "MLR", "MLF") and not ordinal
    if asked.get("missing") in (None, "default") and plain and asked.get("sample_cov") is None:
        found["missing"] = "ml"
    if asked.get("group") is not None and not asked.get("group_equal"):
        found["group_equal"] = (*MPLUS_EQUAL, "thresholds") if ordinal else MPLUS_EQUAL
    return found


def _labels(given: Any) -> tuple[str, ...]:
    if given is None:
        return ()
    if isinstance(given, str) or not isinstance(given, Iterable):
        given = [given]
    return tuple(str(each) for each in given)
