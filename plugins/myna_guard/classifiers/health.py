"""What the doctor says where the policy asks classifiers that are missing."""

from __future__ import annotations

from importlib.util import find_spec

from myna.doctor import Finding

from ..findings import Origin
from ..policies.layers import Policy
from .models import installed

NUMPY_ALONE = ("securevector-guardian",)
"""Classifiers that need no ONNX Runtime."""


def asked_for(policy: Policy, origin: Origin | None = None) -> list[str]:
    """The classifiers that rules name, those on texts from `origin` where one is given."""
    rules = [active.rule for active in policy.rules if origin is None or origin in active.rule.on]
    return list(dict.fromkeys(rule.classifier for rule in rules if rule.classifier))


def not_installed(policy: Policy, origin: Origin | None = None) -> list[str]:
    """Those of them that are not on this machine."""
    return [name for name in asked_for(policy, origin) if not installed(name)]


def missing_classifiers(policy: Policy) -> list[Finding]:
    """A problem where the policy lets nothing go on unjudged, else a note."""
    missing = not_installed(policy)
    findings = []
    if missing:
        named, pull = ", ".join(missing), f"myna models pull {' '.join(missing)}"
        if policy.fails_closed:
            text = f"nothing is answered: the policy asks what is not installed: {named}"
            findings.append(Finding("guard", "problem", text, pull))
        else:
            findings.append(Finding("guard", "note", f"texts are not judged by {named}: not installed", pull))
    on_onnx = [name for name in asked_for(policy) if name not in NUMPY_ALONE]
    if on_onnx and find_spec("onnxruntime") is None:
        text = f"{', '.join(on_onnx)} cannot judge without ONNX Runtime"
        findings.append(
            Finding("guard", "problem" if policy.fails_closed else "note", text, "pip install 'myna[guard]'")
        )
    return findings
