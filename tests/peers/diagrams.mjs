// Draws every Mermaid diagram of the pages given, and prints a line of JSON for each: the page, and how many nodes and edges were drawn
// with what text. A diagram that cannot be drawn ends it, with the library's own words.
import { readFileSync } from 'node:fs';
import { JSDOM } from 'jsdom';

const { window } = new JSDOM('<!DOCTYPE html><body></body>', { pretendToBeVisual: true });
globalThis.window = window;
globalThis.document = window.document;
for (const name of ['Element', 'HTMLElement', 'SVGElement', 'Node', 'DOMParser', 'XMLSerializer', 'CSSStyleSheet'])
    globalThis[name] ??= window[name];

// This document has no fonts: a text is taken to be as wide as it has letters.
const width = element => 8 * element.textContent.length;
window.SVGElement.prototype.getBBox = function () { return { x: 0, y: 0, width: width(this), height: 16 }; };
window.SVGElement.prototype.getComputedTextLength = function () { return width(this); };

const { default: mermaid } = await import('mermaid');
mermaid.initialize({ startOnLoad: false, securityLevel: 'strict', htmlLabels: false });

let drawn = 0;
for (const page of process.argv.slice(2))
    for (const [, source] of readFileSync(page, 'utf8').matchAll(/^```mermaid\r?\n(.*?)\r?\n```\r?$/gms)) {
        const { svg } = await mermaid.render(`diagram${drawn++}`, source);
        const host = document.createElement('div');
        host.innerHTML = svg;
        host.querySelectorAll('style').forEach(style => style.remove());
        console.log(JSON.stringify({
            page, source, nodes: host.querySelectorAll('.node').length, edges: host.querySelectorAll('.flowchart-link').length,
            text: host.textContent,
        }));
    }
