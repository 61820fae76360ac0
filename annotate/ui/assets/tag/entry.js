import { Api } from "./api.js"
import { giveBack } from "./drafts.js"
import { handleKey } from "./keys.js"
import { working } from "./opening.js"
import { TagPage } from "./page.js"

export default working("tag", {
  keep: "tag",
  api: (project, csrf) => new Api(project, csrf),
  boot: (api, article) => api.boot(article),
  page: (root, boot, data, api, keep, left) => new TagPage(root, boot, data, api, keep, left),
  send: (api, article, client, base, ops) => api.send(article, client, base, ops),
  answered: giveBack,
  focus: (page) => page.focusText(),
  onKey: handleKey,
})
