/** @import {Content} from "./rowmodel.js" */
/** @import {Registry, RowKind, Setting, Span, Statement, DocumentLabel} from "./types.js" */
import { h } from "../shared/dom.js"
import { label, listed, t } from "../shared/i18n.js"
import { questionOf, valueOf } from "../shared/values.js"
import { paint } from "../tag/colours.js"
import { fieldNames } from "../tag/formvalues.js"

/**
 * What a field is called.
 *
 * @param {string} field
 */
export function nameOfField(field) {
  const names = fieldNames()
  /** @type {Record<string, string>} */
  const words = {
    speaker_id: names.speaker,
    holder_id: names.holder,
    stance: names.stance,
    claim_id: names.claim,
    certainty: names.certainty,
    evidence: names.evidence,
    addressee_id: names.addressee,
    reported_by: names.reported_by,
    venue: names.venue,
    statement_date: names.statement_date,
    note: names.note,
    place: t("Words"),
    kind: t("Kind"),
    actor_id: t("Actor"),
    values: t("Value"),
  }
  return words[field] ?? field
}

/** Draws the values of fields, as the codebook and the registries name them. */
export class Values {
  /**
   * @param {Setting} setting
   * @param {() => Registry} registry
   */
  constructor(setting, registry) {
    this.setting = setting
    this.registry = registry
  }

  /** @param {string | null | undefined} id */
  actor(id) {
    return id ? (this.registry().actors[id]?.name ?? t("unknown actor")) : ""
  }

  /** @param {string} id */
  claim(id) {
    return this.registry().claims[id]?.text ?? t("unknown claim")
  }

  /**
   * @param {Content} content
   * @param {string} field
   * @param {string} [name] Of a document label.
   * @returns {Node[]}
   */
  show({ entity, spans }, field, name = "") {
    /** @type {Record<string, any>} */
    const fields = { ...entity }
    const value = fields[field]
    switch (field) {
      case "speaker_id":
        return [value ? this.words(this.actor(value)) : none(t("nobody named"))]
      case "holder_id":
        return [value ? this.words(this.actor(value)) : none(t("the speaker"))]
      case "addressee_id":
      case "actor_id":
        return [value ? this.words(this.actor(value)) : none("–")]
      case "reported_by":
        return [value?.length ? this.words(value.map((/** @type {string} */ id) => this.actor(id)).join(" ← ")) : none("–")]
      case "claim_id":
        return [this.words(this.claim(value))]
      case "stance":
        return [this.stance(value)]
      case "certainty":
        return [value ? this.words(label(valueOf(this.setting.codebook, "certainties", value), value)) : none("–")]
      case "kind":
        return [this.words(this.kindName(value))]
      case "place":
        return [this.quote(/** @type {Span} */ (entity))]
      case "values":
        return [this.words(this.labelWords(name, /** @type {DocumentLabel} */ (entity)))]
      case "evidence":
        return spans.length > 0 ? spans.map((span) => this.quote(span)) : [none(t("the whole article"))]
      default:
        return [value ? this.words(String(value)) : none("–")]
    }
  }

  /** @param {string} name */
  stance(name) {
    const value = valueOf(this.setting.codebook, "stances", name)
    return paint(h("span", { class: value?.number === null ? "chip dashed" : "chip" }, label(value, name)), value)
  }

  /** @param {Span} span */
  quote(span) {
    return h("q", { dir: "auto", lang: this.setting.article.language }, span.quote)
  }

  /** @param {string} text */
  words(text) {
    return h("span", { dir: "auto" }, text)
  }

  /**
   * @param {string} name
   * @param {DocumentLabel} entity
   */
  labelWords(name, entity) {
    const definition = questionOf(this.setting.codebook, name)
    return listed(entity.values.map((one) => label(definition?.values.find((value) => value.name === one), one))) || t("not set")
  }

  /**
   * The content in a few lines: who, what, and on which words.
   *
   * @param {RowKind} kind
   * @param {Content} content
   * @param {string} labelName Of a document label.
   * @returns {[string, Node[]][]} Name and value of each line.
   */
  brief(kind, content, labelName) {
    if (kind === "span") {
      const span = /** @type {Span} */ (content.entity)
      return [[this.kindName(span.kind), [this.quote(span), ...(span.actor_id ? [joint("→"), this.words(this.actor(span.actor_id))] : [])]]]
    }
    if (kind === "document_label") {
      const definition = questionOf(this.setting.codebook, labelName)
      return [[label(definition, labelName), this.show(content, "values", labelName)]]
    }
    const statement = /** @type {Statement} */ (content.entity)
    const holder = statement.holder_id ? [joint(t("for")), this.words(this.actor(statement.holder_id))] : []
    const to = statement.addressee_id ? [joint(t("to")), this.words(this.actor(statement.addressee_id))] : []
    const rest = ["reported_by", "venue", "statement_date", "note"].filter((field) => {
      const value = /** @type {Record<string, any>} */ ({ ...statement })[field]
      return Array.isArray(value) ? value.length > 0 : Boolean(value)
    })
    return [
      [nameOfField("speaker_id"), [...this.show(content, "speaker_id"), ...holder, ...to]],
      [nameOfField("claim_id"), [this.stance(statement.stance), ...this.show(content, "claim_id"), ...(statement.certainty ? [joint("·"), ...this.show(content, "certainty")] : [])]],
      [nameOfField("evidence"), this.show(content, "evidence")],
      ...(rest.length > 0 ? [/** @type {[string, Node[]]} */ ([nameOfField(rest[0] ?? ""), rest.flatMap((field, i) => [...(i > 0 ? [joint(`· ${nameOfField(field)}`)] : []), ...this.show(content, field)])])] : []),
    ]
  }

  /** @param {string} name */
  kindName(name) {
    return label(valueOf(this.setting.codebook, "span_kinds", name), name)
  }
}

/** @param {string} text */
function none(text) {
  return h("span", { class: "none" }, text)
}

/** @param {string} text */
function joint(text) {
  return h("span", { class: "joint" }, text)
}
