/** What only the app's tab has. */
export const TAB = `
.cx-tab-body{display:flex;flex-direction:column;gap:4px;min-width:0}
.cx-tab-top{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;justify-content:space-between;min-height:24px}
.cx-choice{display:flex}
.cx-choice button{border:1px solid var(--l2);border-radius:0;margin-left:-1px;color:var(--i)}
.cx-choice button:first-child{border-radius:4px 0 0 4px;margin-left:0}
.cx-choice button:last-child{border-radius:0 4px 4px 0}
.cx-choice button[aria-pressed=true]{background:var(--ac);border-color:var(--ac);color:var(--ai)}
.cx-choice button:focus-visible{position:relative;z-index:1}
.cx-tab ul{list-style:none;margin:4px 0 0;padding:0;max-height:max(280px,calc(100vh - 288px));overflow:auto;border-top:1px solid var(--ln)}
.cx-tab li{display:grid;grid-template-columns:minmax(0,1fr) auto;column-gap:12px;padding:6px 8px;border-bottom:1px solid var(--ln);cursor:pointer;font-size:12px;line-height:16px;color:var(--i2)}
.cx-tab li:hover{background:var(--pn)}
.cx-tab li[aria-selected=true]{background:var(--so);box-shadow:inset 3px 0 0 var(--ac)}
.cx-tab li>span{min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.cx-tab li>.what{white-space:normal;overflow-wrap:anywhere}
.cx-tab li .mark{display:inline-flex;gap:2px;align-items:center;vertical-align:top;margin-right:6px;color:var(--wa)}
.cx-tab li .mark svg{width:12px;height:12px}
.cx-tab li.exclude b{text-decoration:line-through}
.cx-tab li b{color:var(--i);font-weight:600}
.cx-tab li .n{text-align:right}
.cx-tab li .here{color:var(--ac)} .cx-tab li .away{color:var(--i3)}
.cx-tab li:focus-visible{outline-offset:-2px}
.cx-tab .cx-sheet-grid{max-height:max(280px,calc(100vh - 344px))}
.cx-tab-advice{max-width:640px}
.cx-tab-advice h3{font-size:16px}
.cx-tab-advice .t{font-size:13px;line-height:20px;color:var(--i2);margin:0 0 12px}
.cx-tab-advice .t.warn{display:flex;gap:8px;color:var(--wa)}
.cx-tab-advice .t svg{margin-top:2px}
.cx-tab-advice p{margin:0 0 8px}
.cx-tab dl{display:grid;grid-template-columns:auto 1fr;gap:0 24px;margin:0 0 16px;border-top:1px solid var(--ln)}
.cx-tab dt,.cx-tab dd{margin:0;padding:4px 0;border-bottom:1px solid var(--ln);overflow-wrap:anywhere}
.cx-tab dt{color:var(--i3);margin-right:-24px;padding-right:24px}
.cx-tab .c{display:flex;gap:8px;align-items:flex-start;background:var(--code,var(--pn));border-radius:4px;padding:6px 8px 6px 12px;margin:0 0 12px}
.cx-tab .c button{color:var(--ac)}
.cx-tab code{flex:1;min-width:0;padding:2px 0;font:12px/20px var(--mono,ui-monospace,Menlo,Consolas,"Liberation Mono",monospace);overflow-wrap:anywhere;user-select:all}
.cx-tab progress{display:block;width:100%;height:6px;margin:0 0 12px;accent-color:var(--ac)}
.cx-tab .do{display:flex;gap:8px;margin:0 0 16px}
.cx-tab .do button{height:32px;padding:0 12px;border-color:var(--l2);color:var(--i)}
.cx-tab .do .pri{background:var(--ac);border-color:var(--ac);color:var(--ai);font-weight:600}
.cx-do{display:flex;flex-wrap:wrap;gap:4px;align-items:center;min-height:24px;margin-left:-8px}
.cx-tab .cx-others{border-color:transparent;color:var(--i2);width:20px;padding:0;margin-left:-6px;cursor:pointer}
.cx-about{padding-left:8px;font-size:12px;line-height:16px;color:var(--i2);overflow-wrap:anywhere;min-width:0}
.cx-png{margin-left:auto}
.cx-noted,.cx-linked{display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center;min-height:24px;font-size:12px;line-height:16px;color:var(--i2)}
.cx-noted input{flex:1;min-width:180px}
.cx-linked span{min-width:0;overflow-wrap:anywhere}
.cx-linked button{color:var(--ac)}
.cx-tab p.cx-told{color:var(--wa);overflow-wrap:anywhere}
.cx-measured{overflow:auto;max-height:320px}
.cx-measured table{border-collapse:collapse;width:100%;font-size:12px;line-height:16px}
.cx-measured th,.cx-measured td{text-align:left;padding:6px 12px 6px 0;border-bottom:1px solid var(--ln);vertical-align:top;overflow-wrap:break-word}
.cx-measured th{color:var(--i3);font-weight:400;white-space:nowrap}
.cx-measured .n{text-align:right}
`;
