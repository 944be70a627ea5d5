// Okabe and Ito's blue and vermilion, which color-blind readers tell apart. The -fill colors are tints behind text:
// text keeps a contrast of 4.5 on them at full strength.
const light = `
  --paper: #fffffd; --ink: #1d1d1b; --soft: #595955; --rule: #d8d7d0; --panel: #f5f4ef;
  --right: #0069a6; --wrong: #b84e00; --train: #6b6b66; --band: #dcdbd3; --bar: #a9c4d6;
  --right-fill: #67acd8; --wrong-fill: #f0a468; --warn: #fff3df;`;

const dark = `
  --paper: #15171a; --ink: #e9e7e2; --soft: #aaa8a1; --rule: #3a3d42; --panel: #1e2125;
  --right: #6db6ea; --wrong: #f29a55; --train: #a3a19a; --band: #383c42; --bar: #3f6480;
  --right-fill: #1d5f94; --wrong-fill: #8f4716; --warn: #3a2a12;`;

/** The look of the report: one column of text, figures in pairs where there is room, light or dark, on screen or paper. */
export const styleSheet: string = `
:root {
  color-scheme: light dark;${light}
  --serif: Charter, "Bitstream Charter", "Iowan Old Style", "Source Serif 4", Cambria, Georgia, serif;
  --sans: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, monospace;
}
@media (prefers-color-scheme: dark) { :root {${dark}
} }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; }
body {
  max-width: 54rem; margin: 0 auto; padding: 2.5rem 1.25rem 3rem; counter-reset: figure table;
  font: 1rem/1.55 var(--serif); overflow-wrap: break-word; hyphens: manual;
}
h1, h2, h3 { line-height: 1.2; font-weight: 600; text-wrap: balance; }
h1 { font-size: 2.1rem; margin: 0 0 .75rem; }
h2 { font-size: 1.35rem; margin: 2.25rem 0 .75rem; padding-top: 1.1rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 0; }
p { margin: 0 0 .9rem; max-width: 44rem; }
ul.sentences { margin: 0 0 1rem; padding-left: 1.2rem; max-width: 44rem; }
ul.sentences li { margin-bottom: .35rem; }
code, pre { font-family: var(--mono); font-size: .85em; }
.soft { color: var(--soft); font-weight: 400; }
.kicker, .label { font: 600 .75rem/1.4 var(--sans); color: var(--soft); letter-spacing: .06em; text-transform: uppercase; margin: 0 0 .35rem; }
.lead { font-size: 1.25rem; line-height: 1.45; text-wrap: pretty; }
.warning code { white-space: nowrap; }
.warning { background: var(--warn); border: 1px solid var(--wrong); border-left-width: 6px; padding: .7rem 1rem; max-width: none; }
pre { background: var(--panel); border: 1px solid var(--rule); margin: 0; padding: .6rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere; }

dl.facts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(19rem, 100%), 1fr)); gap: 0 2.5rem; margin: 1.5rem 0 1.25rem; font: .85rem/1.4 var(--sans); }
dl.facts > div { display: grid; grid-template-columns: 6.5rem minmax(0, 1fr); gap: .5rem; padding: .3rem 0; border-top: 1px solid var(--rule); }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }

.metrics { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(19rem, 100%), 1fr)); gap: 1.5rem 2.5rem; margin-bottom: 1.5rem; }
.metric h3 .soft { font: .8rem var(--sans); margin-left: .4rem; }
.metric .value { font: 600 1.7rem/1.3 var(--sans); font-variant-numeric: tabular-nums; margin: .1rem 0 .25rem; }
.metric .range { font-size: .9rem; font-weight: 400; color: var(--soft); margin-left: .35rem; white-space: nowrap; }
.metric .meaning { font-size: .95rem; margin: 0; }

figure { margin: 1.25rem 0 1.5rem; min-width: 0; counter-increment: figure; }
figcaption { font: .82rem/1.45 var(--sans); color: var(--soft); margin-top: .5rem; max-width: 44rem; }
figure.tabular { counter-increment: table; }
figcaption::before { content: "Figure " counter(figure) ". "; font-weight: 600; color: var(--ink); }
.tabular figcaption::before { content: "Table " counter(table) ". "; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 0 2.5rem; align-items: start; }
.pair figure { margin-bottom: 1rem; }
.multiples { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); gap: 0 1.5rem; align-items: start; }
.multiples figure { margin: .5rem 0 1rem; }
svg.plot { width: 100%; max-width: 26rem; height: auto; overflow: visible; font-family: var(--sans); font-size: 11px; }
.key { white-space: nowrap; margin-right: .6rem; }
.key.long { white-space: normal; }
.stroke { display: inline-block; width: 1.5rem; height: 0; vertical-align: middle; border-top: 2.5px solid var(--right); }
.stroke.train { border-top: 2px dashed var(--train); }
.mark { display: inline-block; width: .6rem; height: .6rem; background: var(--right); border-radius: 50%; }
.mark.open { background: none; border: 1.5px solid var(--soft); }
.stroke.worst { border-top-color: var(--wrong); }
.mark.outside { background: var(--wrong); border-radius: 0; transform: rotate(45deg); margin: 0 .15rem; }
.swatch { display: inline-block; width: .9rem; height: .7rem; }
.swatch.right, .swatch.against { background: var(--right-fill); }
.swatch.wrong, .swatch.for { background: var(--wrong-fill); }

.scroll { overflow: auto; max-width: 100%; }
.scroll.tall { max-height: 34rem; }
.scroll:focus-visible { outline: 2px solid var(--right); outline-offset: 2px; }
table { border-collapse: collapse; font: .82rem/1.3 var(--sans); font-variant-numeric: tabular-nums; }
th { font-weight: 500; text-align: left; }
th, td { padding: .35rem .6rem; border-bottom: 1px solid var(--rule); }
thead th { color: var(--soft); vertical-align: bottom; border-bottom-color: var(--soft); }
th:first-child { padding-left: 0; }
tbody th span { display: block; width: max-content; max-width: 12rem; }
.number { text-align: right; }
td .range { display: block; font-size: .72rem; color: var(--soft); white-space: nowrap; }
table.weights th.number { max-width: 9rem; overflow-wrap: anywhere; min-width: 3.6rem; }
table.classes { width: 100%; max-width: 44rem; }
tr.taken { background: var(--panel); }
table.candidates td:last-child, table.referred td:last-child { min-width: 12rem; }
dl.card-facts { grid-template-columns: minmax(0, 1fr); max-width: 44rem; }
a { color: var(--right); }
h3 + p, h3 + ul { margin-top: .3rem; }
table.coefficients td { white-space: nowrap; }
table.coefficients .group th { padding-top: .9rem; }
table.coefficients .group span { display: inline; font-weight: 600; }
table.coefficients .group em { color: var(--soft); }
.single { max-width: 30rem; }
.single svg.plot { max-width: 30rem; }
table.classes thead, .scroll.tall thead { position: sticky; top: 0; background: var(--paper); }
.right, .against { --hue: var(--right-fill); }
.wrong, .for { --hue: var(--wrong-fill); }
td.right, td.wrong, td.for, td.against { background: color-mix(in srgb, var(--hue) calc(var(--strength) * 100%), transparent); }
table.matrix { width: 100%; max-width: calc(var(--classes) * 3.9rem + 10rem); }
table.matrix td, table.weights td { border: 1px solid var(--paper); }
table.matrix td { text-align: center; min-width: 2.4rem; height: 2.4rem; padding: 0 .2rem; }
table.matrix td.none { color: var(--soft); }
table.matrix th { border: 0; }
.scroll tbody th { position: sticky; left: 0; background: var(--paper); }
.scroll tbody tr.taken th { background: var(--panel); }
table.matrix tbody th { padding: 0 .6rem 0 0; text-align: right; }
table.matrix tbody th span { max-width: 9rem; margin-left: auto; }
table.matrix thead th { padding: 0 0 .4rem; text-align: center; color: var(--ink); }
table.matrix thead th > span { writing-mode: vertical-rl; transform: rotate(180deg); max-height: 8rem; }
table.matrix thead th.corner { color: var(--soft); text-align: right; padding-right: .6rem; position: sticky; left: 0; background: var(--paper); font-size: .75rem; }
table.matrix thead th.corner span { writing-mode: horizontal-tb; transform: none; display: block; }

math { font-family: "Latin Modern Math", "STIX Two Math", "STIXTwoMath", "Cambria Math", "Libertinus Math", "DejaVu Math TeX Gyre", math; font-size: 1.15em; }
.formulas { margin: .25rem 0 1rem; }
.formulas .scroll { padding: .35rem 0; overflow-y: hidden; }
.formulas mtd { text-align: left; }
.formulas math { display: block math; text-align: left; width: max-content; }
.multiples.measured svg.plot { max-width: 18rem; }
table.atlas :is(th, td) { vertical-align: top; }
table.atlas tbody th { white-space: nowrap; }
table.atlas td:nth-child(2), table.atlas td:nth-child(3) { white-space: nowrap; }
table.atlas td:last-child { min-width: 13rem; }

.stepping { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 1rem 0; font: .85rem var(--sans); }
.stepping button { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--soft); border-radius: .25rem; padding: .45rem .8rem; min-width: 2.75rem; cursor: pointer; }
.stepping button:disabled { opacity: .45; cursor: default; }
.stepping button:focus-visible { outline: 2px solid var(--right); outline-offset: 2px; }
.step h3 { margin-bottom: .4rem; }
.step .pair { margin-top: 1rem; }
.step dl.facts { margin-top: .6rem; }
.step dl.facts > div { grid-template-columns: 8.5rem minmax(0, 1fr); }
.step dd { font-variant-numeric: tabular-nums; }
.step .pair > div { margin-bottom: 1.4rem; }
.step table { width: 100%; margin: .6rem 0; }
.step td .track { margin-top: .2rem; }
.step td .track span { background: var(--right); }

@media (prefers-color-scheme: dark) { .weight, .ramp { filter: brightness(1.5); } }
.pixels { display: block; width: 100%; height: auto; image-rendering: pixelated; border: 1px solid var(--rule); }
ul.pictures { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(6rem, 1fr)); gap: .8rem; font: .82rem/1.3 var(--sans); }
@media (min-width: 44rem) { ul.pictures { grid-template-columns: repeat(5, 1fr); } }
ul.pictures .pixels { margin-bottom: .25rem; }
.scale { max-width: 20rem; margin-top: 1rem; font: .75rem var(--sans); color: var(--soft); }
.ramp { height: .7rem; border: 1px solid var(--rule); background: linear-gradient(to right, rgb(0 114 178), rgb(0 114 178 / 0) 50%, rgb(213 94 0 / 0) 50%, rgb(213 94 0)); }
.ends { display: flex; justify-content: space-between; margin-top: .2rem; }

ol.cards { list-style: none; margin: 1.25rem 0 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1.5rem 1.25rem; font: .8rem/1.35 var(--sans); }
ol.cards.wide { grid-template-columns: repeat(auto-fill, minmax(min(15rem, 100%), 1fr)); }
@media (min-width: 44rem) { ol.cards:not(.wide) { grid-template-columns: repeat(4, 1fr); } }
.card { min-width: 0; display: flex; flex-direction: column; overflow-wrap: anywhere; }
.card h3 { font-size: .85rem; line-height: 1.3; margin-bottom: .45rem; }
@supports (grid-template-rows: subgrid) {
  .card { display: grid; grid-template: subgrid / minmax(0, 1fr); grid-row: span 4; row-gap: 0; }
}
.card h3 span { display: block; }
.card .taken { font-weight: 400; color: var(--soft); }
.card .taken b { color: var(--ink); font-weight: 600; }
.card .row { color: var(--soft); font-size: .75rem; margin: .2rem 0 .3rem; }
.reasons { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(20rem, 100%), 1fr)); gap: 2rem 2.5rem; margin: 1.25rem 0; font: .8rem/1.35 var(--sans); align-items: start; }
.reasons.bare { list-style: none; padding: 0; }
.reason { min-width: 0; overflow-wrap: anywhere; }
.reason h3 { font-size: .85rem; line-height: 1.3; }
.reason .taken { font-weight: 400; color: var(--soft); }
.reason .taken b { color: var(--ink); font-weight: 600; }
.reason .row { color: var(--soft); font-size: .75rem; margin: .2rem 0 .3rem; }
.reason .sum { margin: .5rem 0; }
.between { font-style: normal; margin-left: .35rem; }
.legend { margin-bottom: 1.25rem; }
.twins { display: grid; grid-template-columns: 1fr 1fr; gap: .8rem; max-width: 26rem; }
ul.bars { list-style: none; margin: 0; padding: 0; }
ul.bars li { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .5rem; margin-bottom: .3rem; }
ul.bars .share { font-variant-numeric: tabular-nums; white-space: nowrap; }
ul.bars em { color: var(--soft); }
.track { grid-column: 1 / -1; height: .3rem; background: var(--band); }
.track span { display: block; height: 100%; background: var(--soft); }
.said .track span { background: var(--wrong); }
.truth .track span { background: var(--right); }
dl.values { margin: .4rem 0 0; }
dl.values div { display: flex; justify-content: space-between; gap: .75rem; border-top: 1px solid var(--rule); padding: .15rem 0; }
dl.values dd { font-variant-numeric: tabular-nums; }
summary { cursor: pointer; color: var(--soft); padding: .2rem 0; }

.colophon { font: .78rem var(--sans); color: var(--soft); margin: 2rem 0 0; }

@media (max-width: 30rem) {
  table.atlas :is(th, td):is(:nth-child(2), :nth-child(3)) { display: none; } /* each function's own section has them */
  body { padding: 1.25rem 1rem 2rem; }
  h1 { font-size: 1.7rem; }
  .lead { font-size: 1.1rem; }
  table { font-size: .78rem; }
  th, td { padding: .3rem .25rem; }
  td .range { font-size: .68rem; }
  tbody th span { max-width: 6.5rem; }
  table.weights tbody th span { max-width: 7.5rem; }
  table.matrix { font-size: .68rem; }
  table.matrix td { min-width: 1.6rem; height: 1.75rem; padding: 0 .05rem; }
  table.matrix tbody th { padding-right: .35rem; }
  table.matrix tbody th span { max-width: 5rem; }
  table.matrix thead th.corner { font-size: .62rem; }
}
@media print {
  .weight, .ramp { filter: none; }
  ul.pictures { grid-template-columns: repeat(5, 1fr); }
  :root { color-scheme: light;${light}
  }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h2, h3 { break-after: avoid; }
  figure, .card, .metric, tr { break-inside: avoid; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; }
  ol.cards:not(.wide) { grid-template-columns: repeat(4, 1fr); }
}
`;
