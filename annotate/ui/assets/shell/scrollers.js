/**
 * Lets the keyboard into Streamlit's boxes of code, which scroll sideways but hold nothing that
 * takes the focus: it draws them again whenever it likes, so the page is watched.
 */
export function openScrollers() {
  const mark = () => {
    for (const box of document.querySelectorAll(".st-key-office [data-testid=stCode] pre:not([tabindex])")) {
      box.setAttribute("tabindex", "0")
    }
  }
  mark()
  new MutationObserver(mark).observe(document.body, { childList: true, subtree: true })
}
