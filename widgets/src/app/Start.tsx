/** The first screen: what is here, and three questions to start from. */

import { Icon } from "../left/icons.tsx";
import { figure } from "../left/figures.ts";
import { people } from "../left/protected.ts";
import { t } from "../left/text.ts";
import { callFor } from "./calls.ts";
import type { Ask, HeadData, Question } from "./wire.ts";

interface Props {
  data: HeadData;
  ask: (what: Ask) => void;
}

/** Rows that wait for their questions, so that nothing jumps when these are counted. */
const WAITING = [0, 1, 2];

interface StartProps extends Props {
  hide: () => void;
}

export function Start({ data, ask, hide }: StartProps) {
  const number = (label: string) => figure(data.totals.find((total) => total.label === label)?.value ?? "");
  const { questions } = data;
  const none = questions?.length === 0;
  return (
    <section class="start" aria-label={t("What are you looking for?")}>
      <div class="asked">
        <h2>{t("What are you looking for?")}</h2>
        <p class="q2">
          {wholeOf(number("Patients"), number("Datasets"))}{" "}
          {none ? t("Pick any value on the left.") : t("Start from a question, or pick any value on the left.")}
        </p>
        <ul>
          {questions?.map((question) => (
            <li key={question.name}>
              <QuestionRow question={question} data={data} ask={ask} />
            </li>
          )) ?? WAITING.map((n) => <li key={n} class="qrow" />)}
        </ul>
      </div>
      <div class="toured">
        <h3>{t("New here?")}</h3>
        <p class="q2">{t("A walk over this screen with one of these questions, or with a cohort of your own.")}</p>
        <button class="btn line" onClick={() => callFor("tour")}>
          {t("Take the two-minute tour")}
        </button>
      </div>
      <button
        class="btn icon sm hide"
        aria-label={t("Hide the questions")}
        title={t("Hide; the help menu brings it back")}
        onClick={hide}
      >
        <Icon name="close" />
      </button>
    </section>
  );
}

function wholeOf(patients: string, datasets: string): string {
  if (patients === "1") return t("1 patient in 1 dataset.");
  return datasets === "1"
    ? t("%1 patients in 1 dataset.", patients)
    : t("%1 patients in %2 datasets.", patients, datasets);
}

interface RowProps extends Props {
  question: Question;
}

/** A question with its patients; the whole row starts it. */
export function QuestionRow({ question, data, ask }: RowProps) {
  const patients = people(question.patients, data.protected ?? undefined);
  return (
    <button class="qrow" disabled={data.pending} onClick={() => ask({ kind: "question", name: question.name })}>
      <span class="t">{t(question.title)}</span>
      <span class="n">
        <b>{patients}</b> {question.patients === 1 ? t("patient") : t("patients")}
      </span>
      <span class="a">{t("Start")}</span>
    </button>
  );
}
