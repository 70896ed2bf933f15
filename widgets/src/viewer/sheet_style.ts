/** Colours are the app's tokens, then JupyterLab's, then plain ones; `.cx-base` sets them for all parts of the tab. */
export const BASE = `
.cx-base{--i:var(--ink,var(--jp-ui-font-color1,#181b20));--i2:var(--ink-2,var(--jp-ui-font-color2,#434b57));
 --i3:var(--ink-3,var(--jp-ui-font-color2,#5d6673));--ln:var(--line,var(--jp-border-color2,#e2e5ea));
 --l2:var(--line-2,var(--jp-border-color1,#c4cad3));--ac:var(--accent,var(--jp-brand-color1,#0b5fb0));
 --ai:var(--accent-ink,var(--jp-ui-inverse-font-color1,#fff));--so:var(--accent-soft,var(--jp-layout-color2,#e4effa));
 --pn:var(--panel,var(--jp-layout-color2,#f6f7f9));--pg:var(--bg,var(--jp-layout-color1,#fff));
 --wa:var(--warn,#855000);--ws:var(--warn-soft,#fdf4e3);--wl:var(--warn-line,#e0b15c);
 font:13px/20px var(--sans,var(--jp-ui-font-family,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif));
 color:var(--i);font-variant-numeric:tabular-nums;min-width:0}
.jp-mod-dark .cx-base,[data-jp-theme-light="false"] .cx-base{--wa:var(--warn,#e6b566);--ws:var(--warn-soft,#2a2417);--wl:var(--warn-line,#77592a)}
.cx-base *{box-sizing:border-box}
.cx-base [hidden]{display:none!important}
.cx-base h3{font-size:14px;line-height:24px;font-weight:600;margin:0;color:var(--i)}
.cx-base p{margin:0;font-size:12px;line-height:16px;color:var(--i3)}
.cx-base svg{width:16px;height:16px;flex:none;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.cx-base button,.cx-base select,.cx-base input{font:inherit;font-size:12px;line-height:16px;color:var(--i)}
.cx-base button{display:inline-flex;gap:6px;align-items:center;height:24px;padding:0 8px;border:1px solid transparent;border-radius:4px;background:none;color:var(--i2);cursor:pointer;white-space:nowrap}
.cx-base button:hover{background:var(--pn)}
.cx-base button[aria-pressed=true]{color:var(--ac);background:var(--so);font-weight:600}
.cx-base select,.cx-base input:not([type=checkbox]){height:24px;padding:0 6px;border:1px solid var(--l2);border-radius:4px;background:var(--pg)}
.cx-base :focus-visible{outline:2px solid var(--ac);outline-offset:2px}
`;

export const SHEET = `
.cx-sheet{display:flex;flex-direction:column;gap:4px;min-width:0}
.cx-sheet-alone{padding:0 4px}
.cx-sheet-do{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;min-height:24px;font-size:12px;color:var(--i2)}
.cx-sheet-do label{display:inline-flex;gap:6px;align-items:center;white-space:nowrap}
.cx-sheet-do select{width:112px}
.cx-sheet-do input[type=number]{width:56px}
.cx-sheet-note{min-height:16px}
.cx-sheet-grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(100px,1fr));gap:8px;margin:4px -4px 0;padding:4px;align-content:start;overflow:auto}
.cx-sheet-grid.waits{opacity:.55;transition:opacity .1s .3s}
.cx-sheet-tile{min-width:0;cursor:pointer;border-radius:2px;font-size:12px;line-height:16px;color:var(--i2)}
.cx-sheet-pic{position:relative;aspect-ratio:1;background:var(--pn);overflow:hidden;margin-bottom:4px}
.cx-sheet-tile.here .cx-sheet-pic{background:#000}
.cx-sheet-pic img{position:absolute;inset:0;width:100%;height:100%;object-fit:contain;opacity:0}
.cx-sheet-tile.seen .cx-sheet-pic img{opacity:1}
.cx-sheet-none{position:absolute;inset:0;display:flex;flex-direction:column;align-items:center;justify-content:center;gap:2px;padding:0 4px 12px;text-align:center;color:var(--i3)}
.cx-sheet-tile.here .cx-sheet-none{color:#c4cad3}
.cx-sheet-n,.cx-sheet-mark{position:absolute;padding:0 4px;background:rgba(0,0,0,.78);color:#fff;font-size:12px;line-height:16px}
.cx-sheet-n{right:0;bottom:0}
.cx-sheet-mark{left:0;top:0;display:flex;gap:4px;align-items:center}
.cx-sheet-mark svg{width:12px;height:12px}
.cx-sheet-tile b,.cx-sheet-tile span.s{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-height:16px}
.cx-sheet-tile b{color:var(--i);font-weight:600}
.cx-sheet-tile.exclude img{opacity:.35!important}
.cx-sheet-tile.exclude b{text-decoration:line-through}
.cx-sheet-tile:hover .cx-sheet-pic{box-shadow:0 0 0 1px var(--l2)}
.cx-sheet-tile[aria-selected=true] .cx-sheet-pic{box-shadow:0 0 0 2px var(--pg),0 0 0 4px var(--ac)}
.cx-sheet-tile[aria-selected=true] .cx-sheet-pic{overflow:visible}
.cx-sheet-grid.away .cx-sheet-pic{aspect-ratio:20/11}
.cx-sheet-grid.away .cx-sheet-none{padding:0}
.cx-sheet-grid.away .cx-sheet-none span{display:none}
.cx-sheet-tile:not(.here) .cx-sheet-n{background:none;color:var(--i3)}
.cx-sheet-chosen{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center;min-height:24px;margin-top:4px}
`;
