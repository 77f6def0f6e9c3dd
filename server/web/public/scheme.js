// Before the first paint: the colour scheme that this person chose, so that the page does not flash.
try {
  const chosen = localStorage.getItem('eyenet.scheme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.scheme = chosen
} catch {
  // Storage is refused: the system's scheme stands.
}
