#include "policy/publish/render_style.h"

namespace heed::policy {

namespace {

// Contrast of every pair of text and ground is at least 5.5:1 in both schemes.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --ground: #fcfcfb; --text: #1d2125; --quiet: #555d65;
  --line: #d8dcdf; --accent: #0a588a; --panel: #f2f3f3; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #14171a; --text: #e5e8ea; --quiet: #a5adb5; --line: #363c42;
    --accent: #86c3ef; --panel: #1d2125; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; }
body { margin: 0 auto; max-width: 76rem; padding: 24px 16px 64px; background: var(--ground);
  color: var(--text); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  overflow-wrap: anywhere; }
a { color: var(--accent); }
a:focus-visible, [tabindex]:focus-visible { outline: 3px solid var(--accent);
  outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100vw; }
.skip:focus { left: 16px; top: 8px; padding: 8px 12px; background: var(--ground); }
h1, h2, h3, h4 { line-height: 1.25; font-weight: 600; text-wrap: balance; }
h1 { font-size: 2rem; margin: 0 0 16px; }
h2 { font-size: 1.375rem; margin: 48px 0 8px; }
h3, h4 { font-size: 1rem; margin: 32px 0 0; }
p { margin: 8px 0; }
ul { margin: 4px 0; padding-left: 20px; }
.quiet, small { color: var(--quiet); font-size: 0.875rem; }
header { border-bottom: 1px solid var(--line); padding-bottom: 16px; }
dl { margin: 8px 0; }
dt { color: var(--quiet); font-size: 0.875rem; }
dd { margin: 0; }
header dl { display: grid; gap: 12px 32px;
  grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr)); }
code { font: 0.875rem/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace;
  overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; columns: 2 10rem; }
nav a { display: inline-block; padding: 10px 0; text-decoration: none; }
nav a:hover { text-decoration: underline; }
.clause { padding: 4px 0 16px; border-bottom: 1px solid var(--line); }
.clause :is(h3, h4) { margin-top: 20px; color: var(--quiet); }
.sentence { font-size: 1.125rem; max-width: 42rem; }
.clause dl { display: grid; gap: 8px 16px; grid-template-columns: minmax(0, 1fr); }
.clause dd { max-width: 42rem; }
.clause dd ul { list-style: none; padding: 0; }
.clause li + li { margin-top: 4px; }
.verdict { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: 8px 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--quiet); font-size: 0.875rem; padding-bottom: 8px; }
th, td { text-align: left; vertical-align: top; padding: 8px 16px 8px 0;
  overflow-wrap: break-word;
  border-bottom: 1px solid var(--line); }
thead th { font-size: 0.875rem; color: var(--quiet); }
tbody th { font-weight: 600; min-width: 9rem; }
th small { display: block; font-weight: 400; }
footer { margin-top: 48px; border-top: 1px solid var(--line); padding-top: 16px; }
@media (min-width: 64rem) {
  .clause dl > div { display: grid; grid-template-columns: 8rem minmax(0, 1fr); }
  .page { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 48px; }
  nav { position: sticky; top: 16px; align-self: start; max-height: calc(100vh - 32px);
    overflow-y: auto; }
  nav ul { columns: auto; }
  nav a { padding: 5px 0; } }
@media (max-width: 40rem) {
  thead { position: absolute; clip-path: inset(50%); height: 1px; overflow: hidden; }
  table, caption, tbody, tr, th, td { display: block; }
  tbody tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  th, td { border: 0; padding: 2px 0; }
  td[data-name]::before { content: attr(data-name) ": "; color: var(--quiet); } }
@media print {
  :root { --ground: #fff; --text: #000; --quiet: #444; --line: #bbb; --accent: #000; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  nav, .skip { display: none; }
  .page { display: block; }
  .clause, tr { break-inside: avoid; }
  h2, h3, h4 { break-after: avoid; } }
)";

}  // namespace

std::string_view page_style() {
  return kStyle;
}

}  // namespace heed::policy
