"""What the doctor says where the policy asks classifiers that are missing."""

from __future__ import annotations

from importlib.util import find_spec

from myna.doctor import Finding

from ..policies.layers import Policy
from .models import installed

NUMPY_ALONE = ("securevector-guardian",)
"""Classifiers that need no ONNX Runtime."""


def missing_classifiers(policy: Policy) -> list[Finding]:
    """A problem where the policy lets nothing go on unjudged, else a note."""
    names = dict.fromkeys(active.rule.classifier for active in policy.rules if active.rule.classifier)
    missing = [name for name in names if not installed(name)]
    findings = []
    if missing:
        named, pull = ", ".join(missing), f"myna models pull {' '.join(missing)}"
        if policy.fails_closed:
            text = f"nothing is answered: the policy asks what is not installed: {named}"
            findings.append(Finding("guard", "problem", text, pull))
        else:
            findings.append(Finding("guard", "note", f"texts are not judged by {named}: not installed", pull))
    on_onnx = [name for name in names if name not in NUMPY_ALONE]
    if on_onnx and find_spec("onnxruntime") is None:
        text = f"{', '.join(on_onnx)} cannot judge without ONNX Runtime"
        findings.append(
            Finding("guard", "problem" if policy.fails_closed else "note", text, "pip install 'myna[guard]'")
        )
    return findings
