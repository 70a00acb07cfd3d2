// Chapters jump without loading the page again. On a narrow screen the captions also stand below the picture, where they can be read.
const player = document.getElementById("recording");
const caption = document.getElementById("recording-caption");
const chapters = [...document.querySelectorAll(".chapters [data-at]")];

for (const chapter of chapters) {
  chapter.addEventListener("click", (event) => {
    event.preventDefault();
    player.currentTime = Number(chapter.dataset.at);
    player.focus();
    player.play();
  });
}

player.addEventListener("timeupdate", () => {
  const current = chapters.findLast((chapter) => Number(chapter.dataset.at) <= player.currentTime);
  for (const chapter of chapters) {
    if (chapter === current) chapter.setAttribute("aria-current", "true");
    else chapter.removeAttribute("aria-current");
  }
});

const track = player.textTracks[0];
track?.addEventListener("cuechange", () => {
  caption.textContent = [...(track.activeCues ?? [])].map((cue) => cue.text).join(" ");
});
