import { html, trusted, type Html } from "./html.ts";
import { styleSheet } from "./style.ts";

/** One HTML file: it holds its own style and pictures, runs no script and asks the network for nothing. */
export function page(title: string, version: string, body: Html): string {
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="sigmax ${version}" />
        <title>${title}</title>
        <style>
          ${trusted(styleSheet)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html> `;
  return markup;
}
