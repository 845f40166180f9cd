/** Fills a template: layout only, every value is finished text. */
import Handlebars from 'handlebars';
import { type TemplateName, templates } from '../../templates/embedded.ts';

const compiled = new Map<TemplateName, HandlebarsTemplateDelegate<Readonly<Record<string, string | number>>>>();

/** The text of template `name` with `values` put in. */
export function fill(name: TemplateName, values: Readonly<Record<string, string | number>>): string {
  let template = compiled.get(name);
  if (template === undefined) {
    template = Handlebars.compile(templates[name], { noEscape: true, strict: true });
    compiled.set(name, template);
  }
  return template(values);
}
