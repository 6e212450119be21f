import { expect, test } from 'vitest'
import { ERRORS } from './errors.ts'
import { openApiDocument } from './openapi.ts'
import { OPERATIONS } from './operations/index.ts'

interface Described {
  operationId: string
  responses: Record<string, { description: string }>
}
const document = openApiDocument() as {
  paths: Record<string, Record<string, Described>>
  'x-gateway': { operationId: string }[]
  components: { schemas: { Error: { properties: { code: { enum: string[] } } } } }
}
const described = Object.values(document.paths).flatMap((methods) => Object.values(methods))

test('OP-8: every operation of the table is described, once', () => {
  const named = [...described, ...document['x-gateway']].map(({ operationId }) => operationId)
  expect(named.sort()).toEqual(Object.keys(OPERATIONS).sort())
})

test('OP-8: every error of the catalogue is described, and each operation names its own with their status', () => {
  expect(document.components.schemas.Error.properties.code.enum).toEqual(Object.keys(ERRORS))
  for (const { operationId, responses } of described) {
    const { errors } = OPERATIONS[operationId as keyof typeof OPERATIONS]
    for (const code of errors) {
      expect(responses[ERRORS[code].status]?.description, `${operationId} ${code}`).toContain(`\`${code}\``)
    }
  }
})

test('ENC-3: bytes are unpadded base64url, and nothing of TypeBox is left in the document', () => {
  const text = JSON.stringify(document)
  expect(text).toContain('"contentEncoding":"base64url"')
  expect(text).not.toContain('x-bytes')
  expect(JSON.parse(text)).toEqual(document)
})

test('path parameters are in the path and nowhere else', () => {
  const operation = document.paths['/api/channels/{channelId}/log']?.['post'] as unknown as {
    parameters: { name: string; in: string }[]
    requestBody: { content: Record<string, { schema: { properties: Record<string, unknown> } }> }
  }
  expect(operation.parameters).toMatchObject([{ name: 'channelId', in: 'path', required: true }])
  expect(operation.requestBody.content['application/cbor']?.schema.properties).not.toHaveProperty('channelId')
})
