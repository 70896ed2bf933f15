/** Colours are the app's tokens, then JupyterLab's, then plain ones. A stage is black in every theme. */

const COLOURS = `
.cx-img{color-scheme:light;
 --i:var(--ink,var(--jp-ui-font-color0,light-dark(#181b20,#e9ecf0)));
 --i2:var(--ink-2,var(--jp-ui-font-color1,light-dark(#434b57,#bcc4cf)));
 --i3:var(--ink-3,color-mix(in srgb,var(--jp-ui-font-color1,light-dark(#3b4350,#bcc4cf)) 80%,var(--jp-layout-color1,light-dark(#fff,#14171b))));
 --ln:var(--line-2,var(--jp-border-color1,light-dark(#c4cad3,#464f5b)));
 --pg:var(--bg,var(--jp-layout-color1,light-dark(#fff,#14171b)));
 --ac:var(--accent,var(--jp-brand-color1,light-dark(#0b5fb0,#72b3f4)));
 --ac-ink:var(--accent-ink,var(--jp-ui-inverse-font-color0,light-dark(#fff,#08192b)));
 --wa:var(--warn,light-dark(#855000,#e6b566));--ws:var(--warn-soft,light-dark(#fdf4e3,#2a2417));--wl:var(--warn-line,light-dark(#e0b15c,#77592a));
 font:13px/20px var(--sans,var(--jp-ui-font-family,-apple-system,"Segoe UI",Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif));
 color:var(--i);font-variant-numeric:tabular-nums}
.jp-mod-dark .cx-img,[data-jp-theme-light="false"] .cx-img,[data-theme="dark"] .cx-img{color-scheme:dark}
:host-context([data-theme="dark"]) .cx-img{color-scheme:dark}
`;

const CONTROLS = `
.cx-img button,.cx-img select,.cx-img input[type=number]{font:inherit;font-size:12px;line-height:16px;color:var(--i);background:var(--pg);border:1px solid var(--ln);border-radius:4px;height:24px;padding:0 8px;margin:0;white-space:nowrap}
.cx-img button{cursor:pointer}
.cx-img select{padding:0 4px;font-size:12px;max-width:160px}
.cx-img button:disabled{color:var(--i3);cursor:default}
.cx-img button:hover:not(:disabled):not([aria-pressed=true]){color:var(--ac)}
.cx-img button[aria-pressed=true]{background:var(--ac);border-color:var(--ac);color:var(--ac-ink);font-weight:600}
.cx-img svg{flex:none;width:16px;height:16px;fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}
.cx-img :focus-visible{outline:2px solid var(--ac);outline-offset:2px}
.cx-img-seg{display:flex;flex-wrap:wrap;row-gap:4px}
.cx-img-seg button{border-radius:0;margin-left:-1px}
.cx-img-seg button:first-child{border-radius:4px 0 0 4px;margin-left:0}
.cx-img-seg button:last-child{border-radius:0 4px 4px 0}
.cx-img-seg button:only-child{border-radius:4px}
.cx-img-seg button:focus-visible{z-index:1}
.cx-img .cx-img-icon{width:24px;padding:0;display:inline-flex;align-items:center;justify-content:center;flex:none;border-color:transparent;background:none;color:var(--i2)}
.cx-img .cx-img-tool{display:inline-flex;align-items:center;gap:6px}
.cx-img .cx-img-tool:not([aria-pressed=true]){border-color:transparent;background:none;color:var(--i2)}
.cx-img-fields{display:flex;gap:8px;font-size:12px;color:var(--i2)}
.cx-img-fields label{display:flex;align-items:center;gap:4px}
.cx-img-fields input[type=number]{width:60px;padding:0 4px;text-align:right;appearance:textfield;-moz-appearance:textfield}
.cx-img-fields input::-webkit-inner-spin-button{display:none}
.cx-img input[type=range]{appearance:none;background:none;height:16px;margin:0;min-width:0;cursor:pointer}
.cx-img input[type=range]:disabled{cursor:default}
.cx-img input[type=range]::-webkit-slider-runnable-track{height:2px;background:linear-gradient(to right,var(--ac) var(--done,50%),var(--ln) 0)}
.cx-img input[type=range]::-moz-range-track{height:2px;background:linear-gradient(to right,var(--ac) var(--done,50%),var(--ln) 0)}
.cx-img input[type=range]::-webkit-slider-thumb{appearance:none;width:12px;height:12px;margin-top:-5px;border-radius:50%;background:var(--ac);border:0}
.cx-img input[type=range]::-moz-range-thumb{width:12px;height:12px;border-radius:50%;background:var(--ac);border:0}
`;

const LAYOUT = `
.cx-img{box-sizing:border-box;width:100%;display:flex;flex-direction:column;gap:8px;container-type:inline-size;position:relative}
.cx-img *{box-sizing:border-box}
.cx-img [hidden]{display:none!important}
.cx-img-hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.cx-img-bar{display:flex;gap:8px 16px;align-items:center;justify-content:space-between;flex-wrap:wrap;min-height:24px}
.cx-img-title{font-size:14px;font-weight:600;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.cx-img-title:empty{display:none}
.cx-img-notes{display:flex;flex-direction:column;gap:4px}
.cx-img-notes details{font-size:12px;line-height:16px;color:var(--i2)}
.cx-img-notes details[open]>summary{margin-bottom:4px}
.cx-img-note{display:flex;gap:8px;background:var(--ws);border-left:3px solid var(--wl);padding:6px 12px;font-size:12px;line-height:16px;color:var(--i);overflow-wrap:anywhere}
.cx-img-note svg{color:var(--wa)}
.cx-img-link{font-size:12px;line-height:16px;color:var(--i2)}
.cx-img-body{display:flex;gap:16px;--h:var(--cx-h,min(520px,max(280px,calc(100vh - 320px))))}
.cx-img-column{flex:1 1 0;min-width:0;display:flex;flex-direction:column;gap:8px}
.cx-img-head{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}
.cx-img-head .cx-img-title{flex:1 1 100%}
.cx-img-panes{display:flex;flex-direction:column}
.cx-img-pane{display:flex;flex-direction:column;gap:4px;min-width:0;min-height:0}
.cx-img-stage{position:relative;background:#000;color:#e9ecf0;overflow:hidden;height:var(--h);flex:none;contain:strict}
.cx-img-three{display:grid;grid-template-columns:minmax(0,2fr) minmax(0,1fr);grid-template-rows:repeat(2,minmax(0,1fr));gap:4px;height:calc(var(--h) + 28px)}
.cx-img-three .cx-img-pane:first-child{grid-row:1/3}
.cx-img-three .cx-img-stage{height:auto;flex:1 1 0;min-height:0}
.cx-img-three .cx-img-pane:not(:first-child) :is(.cx-img-tl,.cx-img-wl,.cx-img-br>button){display:none}
.cx-img-three .cx-img-whole{display:none}
.cx-img-apart{display:flex;flex-wrap:wrap;gap:4px 8px;align-items:center}.cx-img-apart .cx-img-note{flex:0 1 auto}
.cx-img-slide{display:flex;gap:8px;align-items:center;height:24px}
.cx-img-slide.cx-img-away,.cx-img-slide.cx-img-one{visibility:hidden}
.cx-img-rail{position:relative;flex:1;min-width:0;display:flex;align-items:center;height:16px;--done:calc(6px + (100% - 12px)*var(--at,0))}
.cx-img-rail input{flex:1;position:relative}
.cx-img-gaps i{position:absolute;top:5px;height:6px;min-width:3px;background:light-dark(#e0b15c,#b98a3c)}
.cx-img-count{min-width:72px;text-align:right;font-size:12px;color:var(--i2);white-space:nowrap}
.cx-img-tools{position:relative;display:flex;flex-wrap:wrap;gap:4px 4px;align-items:center;min-height:24px}
.cx-img-space{flex:1}.cx-img .cx-img-last{margin-left:auto}
.cx-img-opacity{display:flex;gap:8px;align-items:center;font-size:12px;color:var(--i2);margin-left:8px}
.cx-img-opacity input{width:72px}.cx-img-opacity span{min-width:40px;text-align:right;color:var(--i)}
.cx-img-help{position:absolute;z-index:3;right:0;bottom:calc(100% + 4px);width:min(440px,100%);max-height:420px;overflow:auto;background:var(--pg);border:1px solid var(--ln);border-radius:4px;padding:12px;font-size:12px;line-height:16px}
.cx-img-help dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px;margin:0 0 12px}
.cx-img-help dt{font-weight:600;white-space:nowrap}.cx-img-help dd{margin:0;color:var(--i2)}
.cx-img-legends{display:flex;gap:8px 16px}
.cx-img-legend{flex:1 1 0;min-width:0;font-size:12px;line-height:16px;color:var(--i2)}
.cx-img-legend ul{list-style:none;display:flex;flex-wrap:wrap;gap:0 16px;margin:0 0 4px;padding:0 2px;max-height:120px;overflow:auto}
.cx-img-legend li{display:flex;align-items:center;gap:6px;min-height:24px;max-width:100%}
.cx-img-legend b{font-weight:600;color:var(--i)}
.cx-img-made{overflow-wrap:anywhere;padding-left:2px}
.cx-img .cx-img-made input[type=checkbox]{margin-right:6px;vertical-align:-2px}
.cx-img-warn{color:var(--wa)}
.cx-img-legend input[type=checkbox]{width:14px;height:14px;margin:0;accent-color:var(--ac)}
.cx-img-swatch{flex:none;width:16px;border-top:3px solid var(--colour)}
.cx-img-dashed{border-top-style:dashed}
.cx-img .cx-img-jump{border:0;background:none;padding:0 2px;flex:none;max-width:calc(100% - 48px);overflow:hidden;text-overflow:ellipsis}
.cx-img-size{color:var(--i3);white-space:nowrap;min-width:0;overflow:hidden;text-overflow:ellipsis}
@container (max-width:700px){.cx-img-two,.cx-img-legends{flex-direction:column}.cx-img-two{--h:min(var(--cx-h,360px),max(240px,calc(60vh - 160px)))}}
@container (max-width:400px){.cx-img .cx-img-tl :nth-child(n+4){display:none}}
`;

const PICTURE = `
.cx-img-under-all,.cx-img-under-all>*,.cx-img-layer,.cx-img-mask,.cx-img .cx-img-marks{position:absolute;inset:0;width:100%;height:100%}
.cx-img-cover{position:absolute;inset:0;background:#000;color:#e9ecf0;display:flex;align-items:center;justify-content:center;text-align:center;padding:32px 48px}
.cx-img-trying{opacity:0;pointer-events:none}
.cx-img-still img{position:absolute;max-width:none;user-select:none}
.cx-img-mask,.cx-img .cx-img-marks{pointer-events:none}
.cx-img-layer{touch-action:none;cursor:default;user-select:none}
.cx-img-layer:focus-visible{outline:2px solid #72b3f4;outline-offset:-2px}
.cx-img-measuring{cursor:crosshair}
.cx-img-through{pointer-events:none}
.cx-img-cross{stroke:#72b3f4;stroke-width:1;opacity:.75;shape-rendering:crispEdges}
.cx-img-line{stroke:#ffd166;fill:none}
.cx-img-line .cx-img-under{stroke:#000;stroke-width:4;opacity:.6}
.cx-img-line circle{fill:#000}
.cx-img-chosen line:not(.cx-img-under){stroke-width:2.5}
.cx-img-line text{stroke:#000;stroke-width:3;paint-order:stroke;fill:#ffd166;font-size:12px}
.cx-img-o{position:absolute;pointer-events:none;font-size:12px;line-height:16px;color:#e9ecf0;text-shadow:0 0 2px #000,0 0 2px #000,0 0 3px #000,0 0 4px #000;max-width:calc(50% - 24px);overflow-wrap:anywhere}
.cx-img-o b{font-weight:600}
.cx-img-tl{top:8px;left:12px}.cx-img-tr{top:8px;right:12px;text-align:right}
.cx-img-bl{bottom:8px;left:12px}.cx-img-br{bottom:8px;right:12px;text-align:right;display:flex;flex-direction:column;align-items:flex-end}
.cx-img-bl i{display:block;height:5px;border:solid #e9ecf0;border-width:0 1px 1px;margin-bottom:2px;filter:drop-shadow(0 0 1px #000) drop-shadow(0 0 1px #000)}
.cx-img-amber{color:#ffb000}.cx-img-quiet{color:#bcc4cf}
.cx-img-letter{font-size:14px;font-weight:600}
.cx-img-letter:not(:empty),.cx-img-bl{background:rgb(0 0 0/.5);border-radius:2px;padding:0 4px}
.cx-img-l{left:12px;top:50%;transform:translateY(-50%)}.cx-img-r{right:12px;top:50%;transform:translateY(-50%)}
.cx-img-t{top:8px;left:50%;transform:translateX(-50%)}.cx-img-b{bottom:8px;left:50%;transform:translateX(-50%)}
.cx-img .cx-img-br button{pointer-events:auto;background:none;border:0;padding:0;height:16px;color:#72b3f4;text-shadow:inherit}
.cx-img .cx-img-br button:disabled{color:#bcc4cf}
`;

export const STYLE = COLOURS + CONTROLS + LAYOUT + PICTURE;
