/** Style sheet of the report, for light and dark mode and for screens of all sizes. */
export const reportStyle = `
:root { color-scheme: light dark; --page: #ffffff; --text: #1f2328; --soft: #f5f6f8; --line: #d5d9df;
  --faint: #59636e; --link: #0a58ca; --notice: #8a5a00; }
@media (prefers-color-scheme: dark) {
  :root { --page: #15171a; --text: #dfe3e8; --soft: #1f2226; --line: #3a3f46; --faint: #9aa4af; --link: #79b0ff;
    --notice: #f0c060; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.6 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
p, li { max-width: 46rem; overflow-wrap: break-word; }
h1, h2 { line-height: 1.25; margin: 1.6em 0 0.5em; }
h1 { margin-top: 0.3em; }
a { color: var(--link); }
code { font: 0.88em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
.pictures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(13rem, 1fr)); }
.pictures.large { grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); }
figure { margin: 0; }
figure img { display: block; width: 100%; height: auto; border-radius: 6px; background: #000; }
figcaption { padding-top: 0.35rem; font-size: 0.88em; line-height: 1.4; color: var(--faint); }
figcaption b { color: var(--text); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; min-width: min(100%, 28rem); font-size: 0.92em; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--faint); padding: 0.2rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.3rem 1.4rem 0.3rem 0; text-align: left; }
th.number, td.number { text-align: right; white-space: nowrap; }
.notice { background: var(--soft); border-left: 3px solid var(--notice); border-radius: 0 6px 6px 0;
  padding: 0.7rem 1rem; max-width: 46rem; }
footer { margin-top: 3rem; color: var(--faint); font-size: 0.88em; }
@media (max-width: 30rem) {
  body { font-size: 16px; }
  .pictures, .pictures.large { grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 0.7rem; }
  th, td { padding-right: 0.9rem; }
}
`;
