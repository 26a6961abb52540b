// Two soft notes, for who asked for them.
export function ring() {
  const context = new AudioContext(), start = context.currentTime
  for (const [at, pitch] of [[0, 660], [0.14, 880]]) {
    const tone = context.createOscillator(), loud = context.createGain()
    tone.frequency.value = pitch
    loud.gain.setValueAtTime(0.08, start + at)
    loud.gain.exponentialRampToValueAtTime(0.0001, start + at + 0.25)
    tone.connect(loud).connect(context.destination)
    tone.start(start + at)
    tone.stop(start + at + 0.25)
  }
  setTimeout(() => context.close(), 1000)
}
