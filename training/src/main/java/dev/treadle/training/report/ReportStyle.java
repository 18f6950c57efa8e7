package dev.treadle.training.report;

/** How a report looks, and that it may load and run nothing. */
final class ReportStyle {
  /** Up to the page's content; TITLE stands for its title. */
  static final String HEAD =
      """
      <!doctype html>
      <html lang="en">
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <title>TITLE</title>
      <style>
      :root { --paper: #fff; --ink: #39414f; --faint: #6b7484; --line: #e6e9ef; --axis: #98a1b0;
        --raw: #a9c1ea; --smoothed: #1d5bbf; --validation: #d9480f; --rate: #2b8a3e; color-scheme: light dark; }
      @media (prefers-color-scheme: dark) { :root { --paper: #15181e; --ink: #d5dae3; --faint: #939cab; --line: #2a2f39; --axis: #5d6675;
        --raw: #3f5a8c; --smoothed: #7aa7f7; --validation: #ff922b; --rate: #69db7c; } }
      body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
      main { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
      h1 { font-size: 1.5rem; margin: 0; overflow-wrap: anywhere; }
      h2 { font-size: 1.1rem; margin: 2.2rem 0 .6rem; }
      p { color: var(--faint); margin: .3rem 0 1rem; }
      dl { display: flex; flex-wrap: wrap; gap: .8rem 2.2rem; }
      dt { color: var(--faint); font-size: .85rem; }
      dd { margin: 0; font-size: 1.15rem; font-variant-numeric: tabular-nums; }
      figure { margin: 1.5rem 0; }
      svg { width: 100%; height: auto; }
      polyline { fill: none; stroke-linejoin: round; stroke-linecap: round; }
      .ink-text { fill: var(--ink); }
      .ink-axis { stroke: var(--axis); } .ink-grid { stroke: var(--line); }
      .ink-raw { stroke: var(--raw); } .ink-smoothed { stroke: var(--smoothed); }
      .ink-validation { stroke: var(--validation); } .ink-rate { stroke: var(--rate); }
      .dot { stroke: none; } .dot.ink-validation { fill: var(--validation); }
      .dot.ink-none { fill: transparent; } .dot.ink-none:hover { fill: var(--smoothed); }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { text-align: left; vertical-align: top; padding: .25rem 1rem .25rem 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
      th { color: var(--faint); font-weight: normal; font-size: .85rem; }
      .chosen { font-weight: 600; }
      </style>
      <main>
      """;

  private ReportStyle() {}
}
