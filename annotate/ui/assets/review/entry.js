import { working } from "../tag/opening.js"
import { ReviewApi } from "./api.js"
import { handleKey } from "./keys.js"
import { ReviewPage } from "./page.js"

export default working("review", {
  keep: "review",
  api: (project, csrf) => new ReviewApi(project, csrf),
  boot: (api, article) => api.open(article),
  page: (root, boot, data, api, keep, left) => new ReviewPage(root, boot, data, api, keep, left),
  send: (api, article, client, base, ops) => api.decide(article, client, base, ops),
  focus: (page) => page.focusRows(),
  onKey: handleKey,
})
