/** A small, believable organisation: a hospital ward and the people around it. All of it is invented. */
export interface DemoPerson {
  readonly userName: string
  readonly displayName: string
}

export interface DemoChannel {
  readonly name: string
  readonly topic: string
  readonly kind: 'public' | 'private'
  readonly members: readonly string[]
  /** [user name, text] in the order in which it is said. */
  readonly said: readonly (readonly [string, string])[]
}

/** The first is the administrator. */
export const PEOPLE: readonly DemoPerson[] = [
  { userName: 'ana', displayName: 'Ana Ferreira' },
  { userName: 'ben', displayName: 'Ben Okafor' },
  { userName: 'carla', displayName: 'Carla Núñez' },
  { userName: 'dmitri', displayName: 'Dmitri Sokolov' },
  { userName: 'emi', displayName: 'Emi Tanaka' },
  { userName: 'farid', displayName: 'Farid Haddad' },
]

const EVERYBODY = PEOPLE.map((person) => person.userName)

export const CHANNELS: readonly DemoChannel[] = [
  {
    name: 'General',
    topic: 'What concerns everybody at St Brigid’s',
    kind: 'public',
    members: EVERYBODY,
    said: [
      [
        'ana',
        'Good morning. From today we use this instead of the group text. Nobody outside can read it, and neither can the server.',
      ],
      ['ben', 'Finally. Where do the old ward notes go?'],
      ['ana', 'They stay on the ward drive. New ones go to **Ward 3** here.'],
      [
        'carla',
        'The lift in the east wing is out until Thursday, maintenance says. Please take the service lift for beds.',
      ],
      ['emi', 'Thank you, I have put a note on the doors.'],
      ['dmitri', 'Network maintenance tonight from 02:00 to 02:30. This stays up, the lab portal does not.'],
    ],
  },
  {
    name: 'Ward 3',
    topic: 'Handovers and beds',
    kind: 'public',
    members: ['ana', 'ben', 'carla', 'emi'],
    said: [
      [
        'carla',
        '**Handover, early shift**\n\n- Bed 4: discharged at 11:00, needs cleaning\n- Bed 7: pain reassessed at 13:00, see chart\n- Bed 9: family comes at 15:00',
      ],
      ['ben', 'Bed 4 is ready. Bed 7 says it is better, next look at 17:00.'],
      ['emi', 'I take bed 9’s family. Is the quiet room free?'],
      ['carla', 'Yes, until 16:30.'],
      ['ben', 'Two admissions from A&E, one at about 16:00 and one after. I would put them in 4 and 11.'],
      ['ana', 'Agreed.'],
    ],
  },
  {
    name: 'Pharmacy',
    topic: 'Stock, substitutions, questions',
    kind: 'public',
    members: ['ana', 'carla', 'farid'],
    said: [
      [
        'farid',
        'Paracetamol IV is short this week. Oral first where possible, please; we keep 40 for theatre.',
      ],
      ['carla', 'Understood. Is the new batch of heparin in?'],
      ['farid', 'Since noon, in fridge 2.'],
    ],
  },
  {
    name: 'Rota',
    topic: 'Swaps and gaps',
    kind: 'private',
    members: ['ana', 'ben', 'carla', 'emi'],
    said: [
      ['emi', 'Could somebody take my Saturday night? I can do any early shift next week.'],
      ['ben', 'I can, if you take Tuesday early.'],
      ['emi', 'Done, thank you!'],
      ['ana', 'Swapped in the plan.'],
    ],
  },
]

export const DIRECT: readonly {
  readonly people: readonly [string, string]
  readonly said: readonly (readonly [string, string])[]
}[] = [
  {
    people: ['ana', 'dmitri'],
    said: [
      [
        'dmitri',
        'The backup of last night was restored on the spare machine: 3 minutes 40, all channels there.',
      ],
      ['ana', 'Very good. Can you write down how, in case you are away?'],
      ['dmitri', 'It is two commands; I will print them and put them in the server room.'],
    ],
  },
  {
    people: ['ana', 'ben'],
    said: [['ben', 'Do you have five minutes after the round?']],
  },
]
