require "base64"
require "json"
require "openssl"

def part(value)
  Base64.urlsafe_encode64(value, padding: false)
end

def identity(person_id, name, email, email_verified, key = ENV.fetch("CHAT_KEY"))
  head = { alg: "HS256", typ: "JWT" }
  claims = { sub: person_id, name: name, email: email,
             email_verified: email_verified, exp: Time.now.to_i + 3600 }
  signed = part(head.to_json) + "." + part(claims.to_json)
  signed + "." + part(OpenSSL::HMAC.digest("SHA256", key, signed))
end

puts identity("4711", "Carla Bianchi", "carla@example.org", true)
