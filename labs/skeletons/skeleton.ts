import { createInterface } from "node:readline";

type Decision = { kind: string; text?: string; name?: string };
type Case = { runId: string; goal: string; budget: { maxSteps: number }; decisions?: Decision[] };

// Yours to write: one question, and no loop yet.
function run(scenario: Case) {
  const decision = scenario.decisions?.[0] ?? { kind: "stop" };
  return {
    runId: scenario.runId,
    steps: 1,
    stopReason: "success",
    answer: decision.text,
    toolsCalled: [] as string[],
    observations: [{ kind: "decision", summary: decision.kind }],
  };
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ state: run(JSON.parse(line) as Case) }));
}
