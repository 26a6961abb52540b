<?php
function part(string $value): string {
    return rtrim(strtr(base64_encode($value), '+/', '-_'), '=');
}

function identity($personId, $name, $email, $emailVerified): string {
    $head = ['alg' => 'HS256', 'typ' => 'JWT'];
    $claims = ['sub' => $personId, 'name' => $name, 'email' => $email,
               'email_verified' => $emailVerified, 'exp' => time() + 3600];
    $signed = part(json_encode($head)) . '.' . part(json_encode($claims));
    return $signed . '.' . part(hash_hmac('sha256', $signed, getenv('CHAT_KEY'), true));
}

echo identity('4711', 'Carla Bianchi', 'carla@example.org', true), "\n";
