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
   * @returns {Promise<OpsAnswer>}
   */
  decide(articleId, client, base, ops) {
    return this.post(`/api/review/${encodeURIComponent(articleId)}/ops`, { client, base_revision: base, ops })
  }
}
