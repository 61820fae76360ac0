/**
 * The words of the HTTP API as types. Offsets are code points; ids are UUIDv7 text; times are UTC.
 *
 * @typedef {{id: string, kind: string, start: number, end: number, quote: string, actor_id?: string | null}} Span
 *
 * @typedef {object} Statement
 * @property {string} id
 * @property {string} claim_id
 * @property {string} stance
 * @property {string | null} [speaker_id]
 * @property {string | null} [holder_id] None where the speaker speaks for themself.
 * @property {string | null} [certainty]
 * @property {string[]} evidence Span ids in reading order; empty: the whole article.
 * @property {string | null} [addressee_id]
 * @property {string[]} reported_by Actor ids, nearest to the reader first.
 * @property {string} [venue]
 * @property {string | null} [statement_date] YYYY, YYYY-MM or YYYY-MM-DD.
 * @property {string} [note]
 *
 * @typedef {{id: string, name: string, kind: string, aliases?: Alias[]}} Actor
 * @typedef {{id: string, text: string, topic?: string, aliases?: Alias[], translation?: string}} Claim Its translation is into the reader's language, where that is another.
 * @typedef {object} Found A registry entry as a search finds it: an actor has a name, a claim a text.
 * @property {string} id
 * @property {string} [name]
 * @property {string} [text]
 * @property {string} [kind]
 * @property {string} [topic]
 * @property {Alias[]} [aliases]
 * @property {string} [translation] As a claim has it.
 * @property {string} [matched] The name that matched.
 * @property {boolean} [same] Whether that is the whole of what was searched for, in whatever script.
 * @property {number} [uses]
 *
 * @typedef {{items: Found[]}} FoundList
 *
 * @typedef {string | {text: string, language?: string}} Alias
 * @typedef {"draft" | "submitted" | "returned" | "accepted"} Status
 *
 * @typedef {object} LabelSet
 * @property {string | null} id Null until the first operation is stored.
 * @property {number} revision
 * @property {Status} status
 * @property {Span[]} spans
 * @property {Statement[]} statements
 * @property {Record<string, string[]>} document_labels
 * @property {boolean} [can_undo]
 * @property {boolean} [can_redo]
 * @property {string} [coder] Display name, in the label sets of others.
 * @property {"analyst" | "gold" | "model"} [kind] Likewise.
 *
 * @typedef {{name: string, en: string, zh: string, colour?: string, key?: string, number?: number | null, help?: string}} Value
 * @typedef {{name: string, en: string, zh: string, values: Value[], multiple?: boolean, help?: string}} DocumentLabel
 *
 * @typedef {object} Codebook
 * @property {number} version
 * @property {Value[]} span_kinds
 * @property {Value[]} stances
 * @property {Value[]} certainties
 * @property {DocumentLabel[]} document_labels
 * @property {string[]} shown
 * @property {string[]} required
 * @property {import("../shared/markdown.js").Node[]} guidelines
 * @property {Withdrawn} [withdrawn]
 *
 * @typedef {object} Withdrawn Values that earlier versions had, as they were last.
 * @property {Value[]} span_kinds
 * @property {Value[]} stances
 * @property {Value[]} certainties
 * @property {DocumentLabel[]} document_labels With their withdrawn values alone.
 *
 * @typedef {object} Article
 * @property {string} id
 * @property {number} revision
 * @property {string | null} [newest_id] Set when a newer revision exists.
 * @property {string} title
 * @property {string} text
 * @property {string} url
 * @property {string} source
 * @property {string | null} published_at
 * @property {string} language
 * @property {string | null} [dateline]
 * @property {string[]} [captions]
 * @property {string | null} [duplicate_of]
 *
 * @typedef {object} QueueItem
 * @property {string} id
 * @property {string} title
 * @property {string} source
 * @property {string | null} published_at
 * @property {string} language
 * @property {"new" | Status} status
 * @property {number} statements
 *
 * @typedef {object} Queue
 * @property {QueueItem[]} mine
 * @property {QueueItem[]} returned
 * @property {number} done
 * @property {number} total
 * @property {boolean} [assigned] Whether articles are handed out here; the queue then holds mine.
 * @property {string | null} [due_on] The first day by which some of it is due.
 * @property {"" | "next" | "full"} [offers] Whether I can ask for the next article, or hold too many.
 *
 * @typedef {object} Boot
 * @property {Article} article
 * @property {number[]} boundaries
 * @property {{id: string, name: string, blind?: boolean}} project
 * @property {{id: string, name: string, display_name: string}} me
 * @property {boolean} can_edit
 * @property {Codebook} codebook
 * @property {LabelSet} label_set
 * @property {{actors: Record<string, Actor>, claims: Record<string, Claim>}} registry
 * @property {string[]} [published_by] Actors of the registry that the article's source names.
 * @property {Queue} queue
 * @property {LabelSet[]} [others]
 * @property {Record<string, Became>} [outcomes] By statement, once gold is made.
 * @property {import("../shared/threads.js").Thread[]} [threads]
 *
 * @typedef {{state: "accepted" | "amended" | "rejected" | "undecided", reason: string, differs: string[], now: Record<string, any> | null}} Became What became of a statement of one's own.
 *
 * @typedef {{start: number, end: number}} Range
 *
 * @typedef {object} Patch New values of what changed; null means removed.
 * @property {Record<string, Span | null>} [spans]
 * @property {Record<string, Statement | null>} [statements]
 * @property {Record<string, string[]>} [document_labels]
 * @property {Record<string, Actor | null>} [actors]
 * @property {Record<string, Claim | null>} [claims]
 *
 * @typedef {{id: string, kind: string} & Record<string, any>} Operation
 *
 * @typedef {object} Outcome
 * @property {string} id
 * @property {"applied" | "duplicate" | "refused"} state
 * @property {string} [code]
 * @property {string} [message]
 * @property {string} [hint]
 * @property {string} [needs] The field with which the operation says that it is meant all the same.
 *
 * @typedef {object} OpsAnswer
 * @property {number} revision
 * @property {Status} status
 * @property {boolean} can_undo
 * @property {boolean} can_redo
 * @property {string} label_set_id
 * @property {Outcome[]} outcomes
 * @property {Patch} changes
 *
 * @typedef {object} MountData
 * @property {string} articleId
 * @property {string} projectId
 * @property {string} csrf
 * @property {string} [lang]
 *
 * @typedef {{data: MountData, parentElement: HTMLElement | ShadowRoot}} Component
 */
export {}
