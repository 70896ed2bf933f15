/** Colours are the app's tokens, then JupyterLab's, then plain ones. */
export const STYLE = `
.cx-img{--i:var(--ink,var(--jp-ui-font-color1,#181b20));--i2:var(--ink-2,var(--jp-ui-font-color2,#434b57));
 --ln:var(--line-2,var(--jp-border-color1,#c4cad3));--ac:var(--accent,var(--jp-brand-color1,#0b5fb0));
 --ac-ink:var(--accent-ink,#fff);--pg:var(--bg,var(--jp-layout-color1,#fff));--wa:var(--warn,#855000);
 --ws:var(--warn-soft,#fdf4e3);--wl:var(--warn-line,#e0b15c);
 font:13px/20px var(--sans,var(--jp-ui-font-family,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif));
 color:var(--i);font-variant-numeric:tabular-nums;box-sizing:border-box;width:100%;display:flex;flex-direction:column;gap:8px}
.jp-mod-dark .cx-img,[data-jp-theme-light="false"] .cx-img{--ws:var(--warn-soft,#2a2417);--wa:var(--warn,#e6b566);--wl:var(--warn-line,#77592a)}
.cx-img *{box-sizing:border-box}
.cx-img [hidden]{display:none!important}
.cx-img button{font:inherit;color:var(--i);background:var(--pg);border:1px solid var(--ln);border-radius:4px;height:24px;padding:0 8px;font-size:12px;line-height:16px;cursor:pointer;white-space:nowrap}
.cx-img button:disabled{color:var(--i2);cursor:default}
.cx-img :focus-visible{outline:2px solid var(--ac);outline-offset:2px}
.cx-img-bar{display:flex;gap:8px 16px;align-items:center;flex-wrap:wrap;min-height:24px}
.cx-img-title{font-size:14px;font-weight:600;margin-right:auto;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.cx-img-planes{display:flex}
.cx-img-planes button{border-radius:0;margin-left:-1px}
.cx-img-planes button:first-child{border-radius:4px 0 0 4px;margin-left:0}
.cx-img-planes button:last-child{border-radius:0 4px 4px 0}
.cx-img-planes button:only-child{border-radius:4px}
.cx-img-planes button[aria-pressed=true]{background:var(--ac);border-color:var(--ac);color:var(--ac-ink);font-weight:600}
.cx-img-note{display:flex;gap:8px;background:var(--ws);border-left:3px solid var(--wl);padding:6px 12px;font-size:12px;line-height:16px}
.cx-img-note svg{flex:none;width:16px;height:16px;fill:none;stroke:var(--wa);stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.cx-img-stage{position:relative;background:#000;color:#e9ecf0;overflow:hidden;height:min(var(--cx-h,520px),max(280px,calc(100vh - 320px)))}
.cx-img-stage iframe{position:absolute;inset:0;width:100%;height:100%;border:0;display:block;opacity:0}
.cx-img-stage.live iframe{opacity:1}
.cx-img-stage img{position:absolute;inset:0;width:100%;height:100%;object-fit:contain}
.cx-img-stage.live img{visibility:hidden}
.cx-img-o{position:absolute;pointer-events:none;font-size:12px;line-height:16px;color:#e9ecf0;text-shadow:0 0 3px #000,0 0 2px #000,0 0 2px #000;max-width:calc(50% - 24px);overflow-wrap:anywhere}
.cx-img-o b{font-weight:600}
.cx-img-tl{top:8px;left:12px}.cx-img-tr{top:8px;right:12px;text-align:right}.cx-img-br{bottom:8px;right:12px;text-align:right}
.cx-img-letter{font-size:14px;font-weight:600}
.cx-img-l{left:12px;top:50%;transform:translateY(-50%)}.cx-img-r{right:12px;top:50%;transform:translateY(-50%)}
.cx-img-t{top:8px;left:50%;transform:translateX(-50%)}.cx-img-b{bottom:8px;left:50%;transform:translateX(-50%)}
.cx-img-br button{pointer-events:auto;background:none;border:0;padding:0;height:16px;color:#72b3f4;text-shadow:inherit}
.cx-img-slide{display:flex;gap:12px;align-items:center;height:24px}
.cx-img-slide input{flex:1;min-width:0;accent-color:var(--ac);margin:0;height:16px}
.cx-img-slide output{min-width:96px;text-align:right;font-size:12px}
`;
