<?php

use DkimStatus\Dns;
use PHPUnit\Framework\TestCase;

class DnsTest extends TestCase
{
    public function testAnswersForKeysOnly()
    {
        $long = str_repeat('a', 60);
        $asked = ['s1._domainkey.example.org', 'a.b_c._domainkey.mail.example.org',
            '_x._domainkey.xn--bcher-kva.example'];
        foreach ($asked as $name) {
            $this->assertTrue((bool) Dns::mayBeAsked($name), $name);
        }
        $refused = ['example.org', '_domainkey.example.org', 's1._domainkey.org', 's1._domainkey.example.org.',
            'S1._domainkey.example.org', "s1._domainkey.example.org\n", 's1._domainkey.exa_mple.org',
            's1._domainkey.-example.org', 's1.._domainkey.example.org', "s1._domainkey.\xc3\xbc.example",
            's1._domainkey.' . str_repeat("$long.", 5) . 'example.org', '', null, ['s1._domainkey.example.org']];
        foreach ($refused as $name) {
            $this->assertFalse((bool) Dns::mayBeAsked($name), json_encode($name) ?: 'not UTF-8');
        }
    }

    public function testAsksWithAFinalDotAndJoinsStrings()
    {
        $answer = Dns::txt('s1._domainkey.example.org', function ($name, $type) {
            $this->assertSame('s1._domainkey.example.org.', $name);
            $this->assertSame(DNS_TXT, $type);
            return [['type' => 'TXT', 'entries' => ['v=DKIM1; ', "p=\xff"]], ['type' => 'CNAME', 'target' => 'x']];
        });
        $this->assertSame(['records' => [base64_encode("v=DKIM1; p=\xff")]], $answer);
    }

    public function testTellsNothingFoundFromFailed()
    {
        $this->assertSame(['error' => 'not-found'], Dns::txt('a', function () {
            return [];
        }));
        $this->assertSame(['error' => 'temporary'], Dns::txt('a', function () {
            return false;
        }));
    }

    public function testCountsSixtyQuestionsAMinute()
    {
        $_SESSION = [];
        for ($count = 0; $count < 60; $count++) {
            $this->assertFalse(Dns::isTooMany(1200));
        }
        $this->assertTrue(Dns::isTooMany(1259));
        $this->assertFalse(Dns::isTooMany(1260));
    }
}
