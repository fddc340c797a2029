// What goes in and out of the two measured operations, as JSON Schemas: Fastify checks requests with ajv and writes
// replies with fast-json-stringify from them. The keys are those of Stint's api/projects.yaml and api/openapi.yaml.

const text = { type: 'string' }
const integer = { type: 'integer' }
const number = { type: 'number' }
const nullable = ({ type }) => ({ type: [type, 'null'] })
const list = (items) => ({ type: 'array', items })
const object = (properties, required = Object.keys(properties)) => ({ type: 'object', properties, required })

const project = object({
  id: integer,
  name: text,
  owner_id: integer,
  start_date: nullable(text),
  deadline: nullable(text),
  estimation: nullable(number),
  budget_estimation: nullable(number),
  notes: nullable(text),
  icon: nullable(text),
  is_billable: { type: 'boolean' },
  rate: nullable(number),
  weekly_hours_limit: integer,
  screenshots: text,
  tags: list(object({ id: integer, name: text, color: text })),
  contracts_count: integer,
  status: integer,
  created_at: text,
  updated_at: text,
  deleted_at: nullable(text)
})

const meta = { api_version: text, timestamp: text, request_id: text }

const pagination = object({
  total: integer,
  per_page: integer,
  current_page: integer,
  last_page: integer,
  from: nullable(integer),
  to: nullable(integer)
})

const workspaceId = { type: 'integer', minimum: 1 }

export const list_projects = {
  querystring: object({
    workspace_id: workspaceId,
    name: text,
    page: { type: 'integer', minimum: 1, maximum: 1000000000, default: 1 },
    per_page: { type: 'integer', minimum: 1, maximum: 100, default: 20 }
  }, ['workspace_id']),
  response: {
    200: object({ success: { type: 'boolean' }, data: list(project), meta: object({ ...meta, pagination }) })
  }
}

const amount = { type: ['number', 'null'], minimum: 0, maximum: 900000000000 }
const day = { type: ['string', 'null'], format: 'date' }

export const create_project = {
  querystring: object({ workspace_id: workspaceId }),
  body: object({
    name: { type: 'string', minLength: 1, maxLength: 255 },
    start_date: day,
    deadline: day,
    estimation: amount,
    budget: amount,
    notes: { type: ['string', 'null'], maxLength: 65535 },
    icon: { type: ['string', 'null'], maxLength: 255 }
  }, ['name']),
  response: {
    201: object({ success: { type: 'boolean' }, message: text, data: project, meta: object(meta) })
  }
}
