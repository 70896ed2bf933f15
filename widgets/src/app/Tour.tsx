/** The two-minute tour: a card beside what it is about. The page stays alive under it, and Escape leaves it. */

import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../left/icons.tsx";
import { t } from "../left/text.ts";
import { asideOpen, narrow, setAside } from "./aside.ts";
import { beside, type Box } from "./beside.ts";
import { QuestionRow } from "./Start.tsx";
import { keepStep, placeOf, stepKept, stepsFor, type Step } from "./tour.ts";
import type { Ask, HeadData } from "./wire.ts";

interface Props {
  data: HeadData;
  ask: (what: Ask) => void;
  close: () => void;
}

/** What is pointed at may move: it is looked for so often. */
const LOOK_MS = 250;

export function Tour({ data, ask, close }: Props) {
  const steps = stepsFor(data);
  const [at, setAt] = useState(Math.min(stepKept(), steps.length - 1));
  const layer = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const step = steps[at];
  const last = at === steps.length - 1;
  const go = (to: number) => {
    if (to < 0) return;
    if (to >= steps.length) {
      leave(0);
      return;
    }
    keepStep(to);
    setAt(to);
  };
  const leave = (kept: number) => {
    keepStep(kept);
    if (narrow()) setAside(false);
    close();
  };

  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    layer.current?.showPopover();
    return () => {
      before?.focus();
    };
  }, []);
  useEffect(() => {
    if (!step) return;
    const left = step.part === ".left";
    if (left !== asideOpen() && (left || narrow())) setAside(left);
    if (step.tab && step.tab !== data.tab) ask({ kind: "tab", tab: step.tab });
    placeOf(step)?.scrollIntoView({ block: "nearest" });
    card.current?.focus();
  }, [at]);
  const ring = usePlace(step, card);

  if (!step) return null;
  return (
    <div ref={layer} class="tour" popover="manual">
      {ring && <i class="ring" style={{ left: ring.left, top: ring.top, width: ring.width, height: ring.height }} />}
      <div
        ref={card}
        class="card"
        role="dialog"
        tabIndex={-1}
        aria-label={t("Tour, step %1 of %2", at + 1, steps.length)}
        onKeyDown={(event) => {
          if (event.key === "Escape") leave(at);
          else if (event.key === "ArrowRight") go(at + 1);
          else if (event.key === "ArrowLeft") go(at - 1);
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <div class="row">
          <h2>{step.title()}</h2>
          <span class="sp" />
          <span class="s q">{t("%1 of %2", at + 1, steps.length)}</span>
          <button
            class="btn icon sm"
            aria-label={t("Leave the tour")}
            title={t("Leave the tour, Esc")}
            onClick={() => leave(at)}
          >
            <Icon name="close" />
          </button>
        </div>
        <p>{step.text()}</p>
        {step.chooses && <Choice data={data} ask={ask} next={() => go(at + 1)} />}
        <div class="row steps">
          <span class="s q">{last ? t("The help menu has the tour again.") : t("← → keys turn, Esc leaves.")}</span>
          <span class="sp" />
          {at > 0 && (
            <button class="btn" onClick={() => go(at - 1)}>
              {t("Back")}
            </button>
          )}
          {!step.chooses && (
            <button class="btn pri" onClick={() => go(at + 1)}>
              {last ? t("Done") : t("Next")}
            </button>
          )}
        </div>
      </div>
    </div>
  );
}

interface ChoiceProps extends Omit<Props, "close"> {
  next: () => void;
}

function Choice({ data, ask, next }: ChoiceProps) {
  const chosen = (what: Ask) => {
    ask(what);
    next();
  };
  const own = (data.rule.include?.length ?? 0) + (data.rule.exclude?.length ?? 0) > 0;
  return (
    <>
      <ul>
        {data.questions?.map((question) => (
          <li key={question.name}>
            <QuestionRow question={question} data={data} ask={chosen} />
          </li>
        ))}
      </ul>
      <button class="btn line" onClick={next}>
        {own ? t("Go on with the cohort that is here") : t("Go on with all patients")}
      </button>
    </>
  );
}

/** Where the ring stands; the card is put beside it. */
function usePlace(step: Step | undefined, card: { current: HTMLElement | null }): Box | null {
  const [ring, setRing] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const look = () => {
      const box = step && placeOf(step)?.getBoundingClientRect();
      const room = { width: window.innerWidth, height: window.innerHeight };
      const seen = box && box.width > 0 ? beside(box, card.current, room) : beside(null, card.current, room);
      setRing((known) => (JSON.stringify(known) === JSON.stringify(seen) ? known : seen));
    };
    look();
    const timer = setInterval(look, LOOK_MS);
    window.addEventListener("resize", look);
    return () => {
      clearInterval(timer);
      window.removeEventListener("resize", look);
    };
  }, [step]);
  return ring;
}
