/** The panel's own line: its name, undo, redo and the menu. */

import { Icon } from "../../left/icons.tsx";
import { Popup } from "../../left/Popup.tsx";
import { t } from "../../left/text.ts";
import { Commands } from "../commands.ts";
import type { Desk } from "./desk.ts";
import { itemsOf } from "./menu.tsx";

export function Head({ desk }: { desk: Desk }) {
  const { column } = desk.model;
  return (
    <div class="phead">
      <h1>{t("Cohort Explorer")}</h1>
      <span class="sp" />
      <button
        type="button"
        class="btn icon sm"
        aria-label={t("Undo")}
        title={t("Undo")}
        disabled={!column?.can_undo}
        onClick={() => void desk.model.ask({ kind: "undo" })}
      >
        <Icon name="undo" />
      </button>
      <button
        type="button"
        class="btn icon sm"
        aria-label={t("Redo")}
        title={t("Redo")}
        disabled={!column?.can_redo}
        onClick={() => void desk.model.ask({ kind: "redo" })}
      >
        <Icon name="redo" />
      </button>
      <Menu desk={desk} />
    </div>
  );
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

function Menu({ desk }: { desk: Desk }) {
  const { model, lab } = desk;
  return (
    <span onFocusCapture={() => void desk.loadWorkspaces()}>
      <Popup label={t("Menu of Cohort Explorer")} button={<Icon name="dots" />} class="btn icon sm" role="menu">
        {(close) => {
          const item = itemsOf(close);
          const command = (text: string, id: string) => item(text, () => lab.run(id), { disabled: !lab.can(id) });
          return (
            <>
              {command(t("Save"), Commands.save)}
              {command(t("Save as…"), Commands.saveAs)}
              {command(t("Export as notebook"), Commands.exportNotebook)}
              {command(t("Insert the filters as a widget"), Commands.insertBuilder)}
              {item(t("Start again"), () => void model.ask({ kind: "start-again" }))}
              <hr />
              <p class="pmenuhead">{t("Workspace")}</p>
              {desk.workspaces.map((name) =>
                item(desk.titleOf(name), () => model.setWorkspace(name), { checked: name === model.workspace }),
              )}
              {item(t("New workspace…"), () => void newWorkspace(desk))}
              <hr />
              {command(t("Restart the explorer"), Commands.restartApp)}
            </>
          );
        }}
      </Popup>
    </span>
  );
}

async function newWorkspace(desk: Desk): Promise<void> {
  const label = t("Name: letters, digits, “-”, “_” and “.”, at most 64");
  const name = (await desk.lab.askText(t("New workspace"), label, t("Create")))?.trim().replace(/\s+/g, "-");
  if (name && NAME.test(name) && !name.startsWith("file-")) desk.model.setWorkspace(name);
}
