<?php

use DkimStatus\Verdicts;
use PHPUnit\Framework\TestCase;

class VerdictsTest extends TestCase
{
    private const ANSWER = '{"status":{"state":"author"},"signatures":[]}';

    /** @var Verdicts */
    private $verdicts;
    /** @var string */
    private $key;

    protected function setUp(): void
    {
        $_SESSION = ['language' => 'en_US'];
        $rc = rcmail::get_instance();
        $rc->user = new rcube_user(null);
        $rc->user->ID = 42;
        $this->verdicts = new Verdicts($rc);
        $this->key = str_repeat('0a', 32);
    }

    public function testGivesBackWhatItWasGiven()
    {
        $this->assertNull($this->verdicts->get(str_repeat('b', 64)));
        $this->assertTrue($this->verdicts->keep($this->key, self::ANSWER));
        $this->assertSame(json_decode(self::ANSWER, true), $this->verdicts->get($this->key));
    }

    public function testKeepsNothingElseThanBoundedAnswersUnderAKey()
    {
        $answers = ['', 'null', '"text"', '{', '{"a":"' . str_repeat('x', 32768) . '"}', null];
        foreach ($answers as $answer) {
            $this->assertFalse($this->verdicts->keep($this->key, $answer), substr((string) $answer, 0, 10));
        }
        foreach (['', 'short', str_repeat('A', 64), $this->key . "\n", null] as $key) {
            $this->assertFalse($this->verdicts->keep($key, self::ANSWER), (string) $key);
        }
    }

    public function testWithoutACacheNothingIsKept()
    {
        $rc = rcmail::get_instance();
        $rc->config->set('dkimstatus_cache', '');
        $this->assertFalse((new Verdicts($rc))->keep($this->key, self::ANSWER));
        $rc->config->set('dkimstatus_cache', 'db');
    }
}
