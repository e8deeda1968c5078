import json
import sys


def run(case):
    """Yours to write: one question, and no loop yet."""
    decisions = case.get("decisions", [])
    decision = decisions[0] if decisions else {"kind": "stop", "reason": "blocked"}
    return {
        "runId": case["runId"],
        "steps": 1,
        "stopReason": "success",
        "answer": decision.get("text"),
        "toolsCalled": [],
        "observations": [{"kind": "decision", "summary": decision["kind"]}],
    }


for line in sys.stdin:
    print(json.dumps({"state": run(json.loads(line))}), flush=True)
