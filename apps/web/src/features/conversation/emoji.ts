/** A compact set of emoji with the names that they are found and spoken by. */
export interface Emoji {
  sign: string
  name: string
}

const LINES = `
😀 grinning|😄 happy|😂 tears of joy|🙂 slight smile|😉 winking|😊 blushing|😍 heart eyes|😘 kiss|😎 sunglasses|🤔 thinking
😐 neutral|🙄 rolling eyes|😮 surprised|😴 sleeping|😅 relieved sweat|😢 crying|😭 sobbing|😤 huffing|😡 angry|🤯 mind blown
🤗 hug|🤞 fingers crossed|🙈 see no evil|🥳 celebrating|🤒 ill|😷 mask|🫠 melting|🤷 shrug|🤦 facepalm|🫡 salute
👍 thumbs up|👎 thumbs down|👌 fine|👏 clapping|🙌 hands up|🙏 thank you|💪 strong|👋 waving|🤝 handshake|✌️ victory
👀 eyes|🧠 brain|❤️ heart|💔 broken heart|💚 green heart|✨ sparkles|🔥 fire|🎉 party|🎂 cake|🎁 gift
☕ coffee|🍵 tea|🍕 pizza|🍎 apple|🥗 salad|🍪 cookie|🍻 cheers|🚗 car|🚲 bicycle|🚆 train
✈️ plane|🏠 house|🏥 hospital|🏢 office|🏖️ holiday|🌞 sun|🌧️ rain|❄️ snow|🌈 rainbow|🌱 plant
🐶 dog|🐱 cat|🐝 bee|⚽ football|🎵 music|📚 books|💻 computer|📱 phone|🖨️ printer|📎 paper clip
📅 calendar|⏰ alarm|📌 pin|📝 note|📦 parcel|💡 idea|🔧 tool|🔑 key|🔒 lock|🧪 test
✅ done|❌ cross|⚠️ warning|❓ question|❗ important|➕ plus|⏳ waiting|🚀 rocket|🐛 bug|💯 hundred`

export const EMOJI: readonly Emoji[] = LINES.trim()
  .split(/[\n|]/)
  .map((entry) => {
    const space = entry.indexOf(' ')
    return { sign: entry.slice(0, space), name: entry.slice(space + 1) }
  })

export function findEmoji(words: string): readonly Emoji[] {
  const wanted = words.trim().toLowerCase()
  return wanted === '' ? EMOJI : EMOJI.filter((emoji) => emoji.name.includes(wanted))
}

const QUICK_SIGNS = ['👍', '❤️', '😂', '🎉', '👀', '✅']

/** What most reactions are made of. */
export const QUICK: readonly Emoji[] = EMOJI.filter(({ sign }) => QUICK_SIGNS.includes(sign)).sort(
  (a, b) => QUICK_SIGNS.indexOf(a.sign) - QUICK_SIGNS.indexOf(b.sign),
)
