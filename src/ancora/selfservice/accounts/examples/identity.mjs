import { createHmac } from "node:crypto"

const part = value => Buffer.from(value).toString("base64url")

function identity(personId, name, email, emailVerified, key = process.env.CHAT_KEY) {
  const head = { alg: "HS256", typ: "JWT" }
  const claims = { sub: personId, name, email, email_verified: emailVerified,
                   exp: Math.floor(Date.now() / 1000) + 3600 }
  const signed = part(JSON.stringify(head)) + "." + part(JSON.stringify(claims))
  return signed + "." + createHmac("sha256", key).update(signed).digest("base64url")
}

console.log(identity("4711", "Carla Bianchi", "carla@example.org", true))
