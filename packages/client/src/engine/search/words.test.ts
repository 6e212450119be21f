import { describe, expect, test } from 'vitest'
import { fold } from './folding.ts'
import { indexedWords } from './words.ts'

describe('letters are compared as people type them', () => {
  test.each([
    ['Žofie', 'zofie'],
    ['ČESKÝ', 'cesky'],
    ['Ångström', 'angstrom'],
    ['STRASSE', 'strasse'],
    ['Straße', 'strasse'],
    ['Łódź', 'lodz'],
    ['Smørrebrød', 'smorrebrod'],
    ['İSTANBUL', 'istanbul'],
    ['ısı', 'isi'],
    ['Ὀδυσσεύς', 'οδυσσευσ'],
    ['ещё', 'еще'],
    ['שָׁלוֹם', 'שלום'],
    ['مُحَمَّد', 'محمد'],
    ['أحمد', 'احمد'],
    ['کتاب', 'كتاب'],
    ['٢٠٢٦', '2026'],
    ['२०२६', '2026'],
    ['ｆｕｌｌ', 'full'],
    ['ﬁle', 'file'],
  ])('%s is %s', (written, folded) => {
    expect(fold(written)).toBe(folded)
  })

  test('vowel signs and voiced kana are letters', () => {
    expect(fold('हिन्दी')).toBe('हिन्दी'.normalize('NFKC'))
    expect(fold('が')).not.toBe(fold('か'))
  })
})

describe('a text is found by its words', () => {
  test.each([
    ['Good morning, Ward 3!', 'good morning ward 3'],
    ["don't e-mail ana@example.org", 'don t e mail ana example org'],
    ['東京に行く', '東京 京に に行 行く く'],
    ['猫', '猫'],
    ['ﾃﾞｰﾀ', 'デー ータ タ'],
    ['서울에서 만나', '서울 울에 에서 서 만나 나'],
    ['iPhone15を買う', 'iphone15 を買 買う う'],
    ['โรง', 'โร รง ง'],
    ['ລາວ', 'ລາ າວ ວ'],
    ['ខ្មែរ', 'ខ្ ្ម មែ ែរ រ'],
    ['Привет, мир', 'привет мир'],
    ['שלום עולם', 'שלום עולם'],
    ['नमस्ते दुनिया', 'नमस्ते दुनिया'],
    ['done 🎉', 'done 🎉'],
    ['Ame\u0301lie', 'amelie'],
    ['soft\u00adware', 'software'],
    ['', ''],
    ['... -- !', ''],
  ])('%s: %s', (text, words) => {
    expect(indexedWords(text)).toBe(words)
  })

  test('a word without end is known by its beginning', () => {
    expect(indexedWords('a'.repeat(5000))).toBe('a'.repeat(40))
  })
})
