import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLock, lockHolder, takeFolder } from './folder-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'reforms-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

test('of ten that take a folder at once, one gets it and the others learn who', async () => {
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => takeFolder(folder, 'server')))
  expect(outcomes.filter(isLock)).toHaveLength(1)
  expect(outcomes.filter((outcome) => !isLock(outcome))).toContainEqual(
    expect.objectContaining({ kind: 'server', pid: process.pid }),
  )
})

test('a lock that was released can be taken again', async () => {
  const lock = await takeFolder(folder, 'server')
  if (isLock(lock)) lock.release()
  expect(lockHolder(folder)).toBeUndefined()
  expect(isLock(await takeFolder(folder, 'server'))).toBe(true)
})

test('a killed holder’s lock is taken over, even when its process id is in use again', async () => {
  writeFileSync(
    join(folder, 'lock'),
    JSON.stringify({ kind: 'server', pid: process.pid, start: 'another time' }),
  )
  expect(isLock(await takeFolder(folder, 'server'))).toBe(true)
})

test('a lock file that makes no sense is taken over', async () => {
  writeFileSync(join(folder, 'lock'), '')
  expect(isLock(await takeFolder(folder, 'server'))).toBe(true)
})

test('a server waits for a command to finish', async () => {
  const command = await takeFolder(folder, 'command')
  const waiting = takeFolder(folder, 'server')
  setTimeout(() => isLock(command) && command.release(), 100)
  expect(isLock(await waiting)).toBe(true)
})

test('a data folder that cannot be written is named, with the variable that moves it', async () => {
  const file = join(folder, 'file')
  mkdirSync(join(folder, 'sub'))
  writeFileSync(file, '')
  await expect(takeFolder(file, 'server')).rejects.toThrow(/cannot be written.*REFORMS_DATA/)
})
