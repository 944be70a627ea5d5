import { expect, test } from "vitest";

import { html, nothing, trusted } from "./html.ts";

test("text put into a template is escaped, in content and in attributes", () => {
  const name = `<b title="x">'&`;
  expect(html`<p title="${name}">${name}</p>`.markup).toBe(
    '<p title="&lt;b title=&quot;x&quot;&gt;&#39;&amp;">&lt;b title=&quot;x&quot;&gt;&#39;&amp;</p>',
  );
});

test("markup put into a template stays markup, alone or in a list", () => {
  const items = ["a", "<"].map((item) => html`<i>${item}</i>`);
  expect(html`<b>${items}${trusted("<u>x</u>")}${nothing}${3}</b>`.markup).toBe(
    "<b><i>a</i>\n<i>&lt;</i><u>x</u>3</b>",
  );
});
