// What a user might write instead of Stint for two of its operations: Fastify and better-sqlite3, two processes, the
// same tables, statements, checks and durability. Only for bench/run.py; it must not become a second product.
//
// usage: node server.js PORT DATABASE [PROCESSES]
import cluster from 'node:cluster'
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import Fastify from 'fastify'
import * as sql from './sql.js'
import { create_project, list_projects } from './schema.js'

const [port, file, processes = '2'] = process.argv.slice(2)
const SCOPE = { read: 1, write: 2 }
const ROLE = { owner: 1, executive_manager: 2 }
const ACTIVE = 1
const BLURRED = 2
const SCREENSHOTS = ['', 'full', 'blur', 'no_preview', 'no_screenshot', 'background_blurred', 'video_full',
  'video_blurred', 'video_full_silent', 'video_blurred_silent']

// Database: the settings of Stint's src/db/sqlite.c.

function open () {
  const db = new Database(file, { fileMustExist: true, timeout: 5000 })
  db.pragma('journal_mode = WAL')
  db.pragma('synchronous = FULL')
  db.pragma('foreign_keys = ON')
  db.pragma('mmap_size = 2147418112')
  db.pragma('cache_size = -4096')
  return db
}

function prepare (db) {
  return Object.fromEntries(Object.entries(sql).map(([name, text]) => [name, db.prepare(text)]))
}

// Values: instants are seconds, days are day numbers, amounts are in 1/10000.

const now = () => Math.floor(Date.now() / 1000)
const instant = (seconds) => seconds === null ? null : new Date(seconds * 1000).toISOString().slice(0, 19) + 'Z'
const day = (days) => days === null ? null : new Date(days * 86400000).toISOString().slice(0, 10)
const amount = (scaled) => scaled === null ? null : scaled / 10000
const dayNumber = (text) => text == null ? null : Date.parse(text) / 86400000
const scaled = (number) => number == null ? null : Math.round(number * 10000)

function project (row, tags) {
  return {
    ...row,
    start_date: day(row.start_date),
    deadline: day(row.deadline),
    estimation: amount(row.estimation),
    budget_estimation: amount(row.budget_estimation),
    rate: amount(row.rate),
    is_billable: row.is_billable === 1,
    screenshots: SCREENSHOTS[row.screenshots],
    tags: tags.filter((tag) => tag.project_id === row.id),
    created_at: instant(row.created_at),
    updated_at: instant(row.updated_at),
    deleted_at: instant(row.deleted_at)
  }
}

// Rules

function refuse (statusCode, message) {
  throw Object.assign(new Error(message), { statusCode })
}

function enter (run, request, scope) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ')
  if (scheme !== 'Bearer' || !token) refuse(401, 'A valid bearer token is required.')
  const found = run.findToken.get({ hash: createHash('sha256').update(token).digest('hex') })
  if (!found || found.revoked_at !== null) refuse(401, 'A valid bearer token is required.')
  if (found.expires_at !== null && found.expires_at <= now()) refuse(401, 'The token has expired.')
  if (!(found.scopes & scope)) refuse(403, 'The token does not have the scope that this action needs.')
  const { workspace_id } = request.query
  const member = run.findMembership.get({ workspace_id, caller_id: found.user_id })
  if (!member || member.is_blocked || member.status !== ACTIVE) refuse(403, 'You are not an active member.')
  return {
    workspace_id,
    caller_id: found.user_id,
    caller_role: member.role,
    sees_rates: member.role === ROLE.owner || member.rate_status === 1 ? 1 : 0
  }
}

function withTags (run, { workspace_id }, rows) {
  const tags = run.listProjectTags.all({ workspace_id, project_ids: JSON.stringify(rows.map((row) => row.id)) })
  return rows.map((row) => project(row, tags))
}

function list (run, request) {
  const caller = enter(run, request, SCOPE.read)
  const { page, per_page, name } = request.query
  const pattern = name ? '%' + name.toLowerCase().replace(/[\\%_]/g, '\\$&') + '%' : null
  const offset = (page - 1) * per_page
  const rows = run.listProjects.all({ ...caller, pattern, limit: per_page, offset })
  const { total } = run.countProjects.get({ ...caller, pattern })
  return {
    data: withTags(run, caller, rows),
    pagination: {
      total,
      per_page,
      current_page: page,
      last_page: Math.max(1, Math.ceil(total / per_page)),
      from: rows.length ? offset + 1 : null,
      to: rows.length ? offset + rows.length : null
    }
  }
}

function create (run, request) {
  const caller = enter(run, request, SCOPE.write)
  if (caller.caller_role > ROLE.executive_manager) refuse(403, 'Your role does not allow this action.')
  const { body } = request
  const start_date = dayNumber(body.start_date)
  const deadline = dayNumber(body.deadline)
  if (start_date !== null && deadline !== null && deadline < start_date) refuse(422, 'The deadline is too early.')
  const { workspace_id } = caller
  const { id } = run.nextProjectId.get({ workspace_id })
  run.insertProject.run({
    workspace_id,
    id,
    owner_id: run.findOwner.get({ workspace_id }).owner_id,
    name: body.name,
    name_folded: body.name.toLowerCase(),
    start_date,
    deadline,
    estimation: scaled(body.estimation),
    budget_estimation: scaled(body.budget),
    notes: body.notes ?? null,
    icon: body.icon ?? null,
    is_billable: 1,
    rate: 0,
    weekly_hours_limit: 168,
    screenshots: BLURRED,
    status: ACTIVE,
    now: now()
  })
  return withTags(run, caller, [run.getProject.get({ ...caller, id })])[0]
}

// HTTP

const REQUEST_IDS_FROM = Math.floor(Math.random() * 2 ** 40)
let requests = 0

function meta (request) {
  return { api_version: '2.0.0', timestamp: instant(now()), request_id: request.id }
}

async function serve () {
  const db = open()
  const run = prepare(db)
  const read = db.transaction(list)
  const write = db.transaction(create).immediate
  const app = Fastify({
    genReqId: () => (REQUEST_IDS_FROM + ++requests).toString(16).padStart(16, '0'),
    ajv: { customOptions: { coerceTypes: true } }
  })
  app.get('/api/v2/projects', { schema: list_projects }, (request, reply) => {
    const { data, pagination } = read(run, request)
    reply.header('x-request-id', request.id)
    reply.send({ success: true, data, meta: { ...meta(request), pagination } })
  })
  app.post('/api/v2/projects', { schema: create_project }, (request, reply) => {
    const data = write(run, request)
    reply.code(201).header('x-request-id', request.id)
    reply.send({ success: true, message: 'Project created successfully', data, meta: meta(request) })
  })
  await app.listen({ host: '127.0.0.1', port: Number(port) })
}

if (cluster.isPrimary) {
  let ready = 0
  cluster.on('listening', ({ process: { pid } }, { port }) => {
    if (++ready === Number(processes)) console.log(`listening on http://127.0.0.1:${port}`)
  })
  cluster.on('exit', () => process.exit(1))
  process.on('SIGTERM', () => process.exit(0))
  for (let i = 0; i < Number(processes); i++) cluster.fork()
} else {
  await serve()
}
