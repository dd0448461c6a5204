<?php

use DkimStatus\Migration;
use DkimStatus\Trust;
use PHPUnit\Framework\TestCase;

class TrustTest extends TestCase
{
    private const IDS = 'dkimstatus_trusted_authserv_ids';

    /** @var rcmail */
    private $rc;

    protected function setUp(): void
    {
        $this->rc = rcmail::get_instance();
        $this->rc->user = new rcube_user(null);
        $_SESSION = ['storage_host' => 'IMAP.example.org', 'imap_delimiter' => '.', 'language' => 'en_US',
            'username' => 'alice', 'storage_port' => 143, 'storage_ssl' => null, 'password' => ''];
        $names = [self::IDS, 'trusted_mtas', 'show_statuses', 'dkimstatus_trusted_folders', 'dkimstatus_legacy_fields',
            'dkimstatus_trust_without_id', 'dkimstatus_max_received_above', 'enable_authres_status_column'];
        foreach ($names as $name) {
            $this->rc->config->set($name, null);
        }
    }

    private function trusted($value)
    {
        $this->rc->config->set(self::IDS, $value);
        return (new Trust($this->rc))->env()['trusted'];
    }

    public function testTrustsNobodyUnlessSomebodyIsNamed()
    {
        foreach ([null, [], '', false, true, 0, [''], [null], [[]], ['a b'], new stdClass()] as $value) {
            $this->assertSame('', $this->trusted($value), var_export($value, true));
        }
    }

    public function testTrustsWhoIsNamed()
    {
        $this->assertSame('mx.example.org', $this->trusted('mx.example.org'));
        $this->assertSame('a.example b.example/*', $this->trusted(['a.example', 'b.example/*']));
    }

    public function testValuesForEachHostAreForNoOther()
    {
        $this->assertSame('mx.example.org', $this->trusted(['imap.example.org' => ['mx.example.org']]));
        $this->assertSame('', $this->trusted(['imap.example.com' => ['mx.example.com']]));
        $this->rc->config->set('dkimstatus_max_received_above', ['imap.example.org' => 2]);
        $this->assertSame(2, (new Trust($this->rc))->env()['maxReceivedAbove']);
    }

    public function testAUserCannotSetIt()
    {
        $this->rc->user = new class (null) extends rcube_user {
            public function get_prefs()
            {
                return ['dkimstatus_trusted_authserv_ids' => ['mx.evil.example']];
            }
        };
        $this->assertSame('', $this->trusted(['mx.evil.example']));
    }

    public function testOptionsAreOffUnlessTheyAreTrue()
    {
        $this->rc->config->set('dkimstatus_trust_without_id', 'no');
        $this->rc->config->set('dkimstatus_legacy_fields', 1);
        $this->rc->config->set('dkimstatus_max_received_above', '3');
        $expected = ['trusted' => '', 'trustWithoutId' => false, 'legacyFields' => false, 'maxReceivedAbove' => null];
        $this->assertSame($expected, (new Trust($this->rc))->env());
    }

    public function testFoldersCanBeLimitedAndOnesOwnAreNeutral()
    {
        $this->rc->config->set('sent_mbox', 'Sent');
        $this->rc->config->set('drafts_mbox', 'Drafts');
        $trust = new Trust($this->rc);
        $this->assertTrue($trust->covers('anything'));
        $this->rc->config->set('dkimstatus_trusted_folders', ['INBOX']);
        $covered = array_map([$trust, 'covers'], ['INBOX', 'INBOX.a', 'INBOXes', 'Old']);
        $this->assertSame([true, true, false, false], $covered);
        $neutral = array_map([$trust, 'isNeutral'], ['Sent', 'Sent.2025', 'Drafts', 'INBOX', 'Sentry']);
        $this->assertSame([true, true, true, false, false], $neutral);
        $this->rc->config->set('sent_mbox', 'INBOX');
        $this->assertFalse($trust->isNeutral('INBOX'));
    }

    public function testReadsWhatMeansTheSameInAuthresStatus()
    {
        $this->rc->config->set('trusted_mtas', ['mx.example.org']);
        $this->assertSame('mx.example.org', $this->trusted(null));
        $this->assertSame('', $this->trusted([]), 'an own setting goes first');
        $this->rc->config->set('show_statuses', 127);
        $this->assertSame(['show_statuses'], Migration::dropped($this->rc->config));
        $this->rc->config->set('enable_authres_status_column', false);
        $this->assertSame('message', Migration::where($this->rc->config));
    }
}
