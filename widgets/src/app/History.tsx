/** The history as a strip: each step in words with its patients; a click goes there. */

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { people, weight, type Policy } from "../left/protected.ts";
import { t } from "../left/text.ts";
import type { HistoryData, HistoryStep } from "./memory_wire.ts";
import type { Ask } from "./wire.ts";

interface Props {
  data: HistoryData | null;
  policy?: Policy;
  ask: (what: Ask) => void;
}

export function History({ data, policy, ask }: Props) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    ask({ kind: "memory", name: "history", on: true });
    return () => ask({ kind: "memory", name: "history", on: false });
  }, []);
  const steps = data?.steps ?? [];
  const now = steps.findIndex(({ by }) => by === 0);
  useLayoutEffect(() => {
    const item = list.current?.children[now] as HTMLElement | undefined;
    if (list.current && item) list.current.scrollLeft = item.offsetLeft - list.current.clientWidth / 2;
  }, [now, steps.length]);
  const most = Math.max(1, ...steps.map(({ patients }) => (patients === undefined ? 0 : weight(patients))));
  const move = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = [...(list.current?.querySelectorAll<HTMLElement>("button") ?? [])];
    if (!step) return;
    event.preventDefault();
    buttons[buttons.indexOf(event.target as HTMLElement) + step]?.focus();
  };
  return (
    <nav class="history" aria-label={t("History")}>
      <p class="caption" aria-hidden="true">
        <span class="w">{t("History")}</span>
        <span class="s q">{t("patients")}</span>
      </p>
      {data !== null && data.earlier > 0 && (
        <button class="a more" onClick={() => ask({ kind: "history-more" })}>
          {data.earlier === 1 ? t("1 earlier step") : t("%1 earlier steps", data.earlier)}
        </button>
      )}
      <ol ref={list} onKeyDown={move}>
        {steps.map((step) => (
          <Step
            key={step.by}
            step={step}
            share={step.patients === undefined ? 0 : weight(step.patients) / most}
            told={step.patients === undefined ? "" : people(step.patients, policy)}
            go={() => ask({ kind: "history", by: step.by })}
          />
        ))}
      </ol>
      {data !== null && data.later > 0 && (
        <button class="a more" onClick={() => ask({ kind: "history-more" })}>
          {data.later === 1 ? t("1 later step") : t("%1 later steps", data.later)}
        </button>
      )}
    </nav>
  );
}

interface StepProps {
  step: HistoryStep;
  share: number;
  told: string;
  go: () => void;
}

function Step({ step: { by, words, sentence }, share, told, go }: StepProps) {
  const patients = told && (told === "1" ? t("1 patient") : t("%1 patients", told));
  return (
    <li class={by > 0 ? "undone" : by === 0 ? "now" : ""}>
      <button
        tabIndex={by === 0 ? 0 : -1}
        aria-current={by === 0 ? "step" : undefined}
        aria-label={[words, patients, by > 0 ? t("undone") : ""].filter(Boolean).join(", ")}
        title={[sentence, patients].filter(Boolean).join("\n")}
        onClick={go}
      >
        <span class="w">{words}</span>
        <span class="n">{told}</span>
        <span class="p">{share > 0 && <i style={{ width: `${100 * share}%` }} />}</span>
      </button>
    </li>
  );
}
