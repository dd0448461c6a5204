<?php

use DkimStatus\Settings;
use PHPUnit\Framework\TestCase;

class SettingsTest extends TestCase
{
    /** @var rcmail */
    private $rc;
    /** @var Settings */
    private $settings;

    protected function setUp(): void
    {
        $this->rc = rcmail::get_instance();
        $this->rc->user = new rcube_user(null);
        $_SESSION = ['language' => 'en_US'];
        foreach (['dkimstatus_where', 'dkimstatus_show', 'dkimstatus_ask_before_reply', 'dont_override'] as $name) {
            $this->rc->config->set($name, null);
        }
        $plugin = new dkimstatus($this->rc->plugins);
        $plugin->add_texts('localization/');
        $this->settings = new Settings($this->rc, $plugin);
    }

    public function testOffersThemInTheSectionOfMessagesOnly()
    {
        $none = ['section' => 'general', 'blocks' => []];
        $this->assertSame($none, $this->settings->show($none));
        $options = $this->settings->show(['section' => 'mailview', 'blocks' => []])['blocks']['dkimstatus']['options'];
        $expected = ['dkimstatus_where', 'dkimstatus_show', 'dkimstatus_ask_before_reply'];
        $this->assertSame($expected, array_keys($options));
        $selected = '<option value="notable" selected="selected">';
        $this->assertStringContainsString($selected, $options['dkimstatus_show']['content']);
    }

    public function testOffersAndStoresNothingThatIsFixed()
    {
        $this->rc->config->set('dont_override', ['dkimstatus_where', 'dkimstatus_show', 'dkimstatus_ask_before_reply']);
        $args = ['section' => 'mailview', 'blocks' => [], 'prefs' => []];
        $_POST = ['_dkimstatus_show' => 'all', '_dkimstatus_ask_before_reply' => '1'];
        $this->assertSame($args, $this->settings->show($args));
        $this->assertSame($args, $this->settings->save($args));
    }

    public function testStoresKnownValuesOnly()
    {
        $_POST = ['_dkimstatus_show' => 'all', '_dkimstatus_where' => '<script>'];
        $prefs = $this->settings->save(['section' => 'mailview', 'prefs' => []])['prefs'];
        $this->assertSame(['dkimstatus_show' => 'all', 'dkimstatus_ask_before_reply' => false], $prefs);
    }

    public function testUnknownValuesAreTheDefaults()
    {
        $this->rc->config->set('dkimstatus_show', 'everything');
        $this->rc->config->set('dkimstatus_where', ['list']);
        $this->assertSame('notable', $this->settings->env()['show']);
        $this->assertTrue($this->settings->isShownIn('list'));
    }

    public function testEachLanguageSaysEverything()
    {
        $expected = null;
        foreach (glob(INSTALL_PATH . 'plugins/dkimstatus/localization/*.inc') as $file) {
            $labels = [];
            include $file;
            $expected = $expected ?? array_keys($labels);
            $this->assertSame($expected, array_keys($labels), basename($file));
            $this->assertStringContainsString('$address', $labels['replyothername'], basename($file));
        }
    }
}
