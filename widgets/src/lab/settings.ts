/** The user's settings in JupyterLab; those of the server are handed on to it. */

import type { ISettingRegistry } from "@jupyterlab/settingregistry";
import { lookedUp } from "../left/text.ts";
import type { Server } from "./request.ts";

export const PLUGIN = "@cohort-explorer/widgets:plugin";

/** Our settings' names, and what the server calls them. */
const FOR_SERVER = {
  snapshotPath: "snapshot_path",
  imageFolders: "image_folders",
  memoryLimit: "memory_limit",
  smallCounts: "small_counts",
} as const;

interface Answer {
  /** What is not in force, and why. */
  problems: { name: string; message: string }[];
  /** The explorer's process runs with other settings. */
  restart_needed: boolean;
}

interface Ears {
  problem: (message: string) => void;
  restartNeeded: () => void;
}

const TOOLBARS = "jupyter.lab.toolbars";

interface Words {
  title?: string;
  description?: string;
  label?: string;
  /** Choices. */
  oneOf?: Words[];
}

type Toolbars = Record<string, Words[]>;

/** Let JupyterLab show the settings in its language; the server translates only what language packs hold. */
export function translate(registry: ISettingRegistry): void {
  registry.transform(PLUGIN, { fetch: (plugin) => ({ ...plugin, schema: translated(plugin.schema) }) });
}

/** The schema with its words, and the labels of its toolbar buttons, in the reader's language. */
export function translated(schema: ISettingRegistry.ISchema): ISettingRegistry.ISchema {
  const said = <T extends Words>(part: T): T => ({
    ...part,
    ...(part.title && { title: lookedUp(part.title) }),
    ...(part.description && { description: lookedUp(part.description) }),
    ...(part.label && { label: lookedUp(part.label) }),
    ...(part.oneOf && { oneOf: part.oneOf.map(said<Words>) }),
  });
  const each = <T extends Words>(parts: Record<string, T> = {}) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, said(part)]));
  const toolbars = (schema[TOOLBARS] ?? {}) as Toolbars;
  return {
    ...said(schema),
    properties: each(schema.properties),
    [TOOLBARS]: Object.fromEntries(Object.entries(toolbars).map(([name, items]) => [name, items.map(said)])),
  } as ISettingRegistry.ISchema;
}

/** Tell the server the settings that the user has made, now and after each change. */
export function tellServer(settings: ISettingRegistry.ISettings, server: Server, ears: Ears): void {
  let before = "";
  const tell = async () => {
    const wanted = forServer(settings.user);
    const now = JSON.stringify(wanted);
    // Where nothing was ever set, the server has its own.
    if (now === before || (before === "" && Object.values(wanted).every((value) => value === null))) return;
    before = now;
    try {
      const answer = await server.put<Answer>("settings", wanted);
      for (const { message } of answer.problems) ears.problem(message);
      if (answer.restart_needed) ears.restartNeeded();
    } catch (error) {
      ears.problem(error instanceof Error ? error.message : String(error));
    }
  };
  settings.changed.connect(() => void tell());
  void tell();
}

/** The server's names with the user's values; null is the server's own. */
export function forServer(user: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(FOR_SERVER).map(([ours, theirs]) => [theirs, user[ours] ?? null]));
}

/** A text among the settings. */
export function textOf(settings: ISettingRegistry.ISettings | null, name: string, otherwise: string): string {
  const value = settings?.get(name).composite;
  return typeof value === "string" ? value : otherwise;
}
