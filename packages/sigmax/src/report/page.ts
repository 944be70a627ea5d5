import { createHash } from "node:crypto";
import { html, nothing, trusted, type Html } from "./html.ts";
import { styleSheet } from "./style.ts";

/**
 * One HTML file: it holds its own style and pictures and asks the network for nothing.
 *
 * @param script the one program that the page may run, if any: its digest stands in the page's security policy
 */
export function page(title: string, version: string, body: Html, script: string | null = null): string {
  const allowed =
    script === null ? "" : ` script-src 'sha256-${createHash("sha256").update(script).digest("base64")}';`;
  const { markup } = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none';${trusted(allowed)} style-src 'unsafe-inline'; img-src data:"
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
        ${body} ${script === null ? nothing : trusted(`<script>${script}</script>`)}
      </body>
    </html> `;
  return markup;
}
