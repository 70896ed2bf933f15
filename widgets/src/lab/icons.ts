import { LabIcon } from "@jupyterlab/ui-components";

/** Three bars, the first one the whole: the sign of the app's bar. */
export const explorerIcon = new LabIcon({
  name: "cohort-explorer:icon",
  svgstr: [
    '<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 20 20">',
    '<rect class="jp-icon3 jp-icon-selectable" fill="#616161" opacity=".55" x="2" y="3" width="16" height="3"/>',
    '<rect class="jp-icon-brand1 jp-icon-selectable" fill="#1976d2" opacity=".75" x="2" y="8.5" width="11" height="3"/>',
    '<rect class="jp-icon-brand1 jp-icon-selectable" fill="#1976d2" x="2" y="14" width="6" height="3"/>',
    "</svg>",
  ].join(""),
});
