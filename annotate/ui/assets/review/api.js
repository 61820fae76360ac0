/** @import {Operation} from "../tag/types.js" */
/** @import {Boot, OpsAnswer} from "./types.js" */
import { Api } from "../tag/api.js"

/** The HTTP API as the reviewing page needs it. */
export class ReviewApi extends Api {
  /**
   * @param {string} articleId
   * @returns {Promise<Boot>}
   */
  open(articleId) {
    return this.get(`/api/review/${encodeURIComponent(articleId)}`, {})
  }

  /**
   * @param {string} articleId
   * @param {string} client
   * @param {number} base
   * @param {Operation[]} ops
   * @param {string} [mark] Of the answer seen last: of its rows only those that changed come again.
   * @returns {Promise<OpsAnswer>}
   */
  decide(articleId, client, base, ops, mark) {
    return this.post(`/api/review/${encodeURIComponent(articleId)}/ops`, { client, base_revision: base, ops, ...(mark ? { mark } : {}) })
  }
}
