<?php

/**
 * Shows which domain vouches for a message, and whether that is the author's own.
 *
 * PHP only hands over: header fields as they lie on the IMAP server, what the administrator trusts, and answers of the
 * DNS. What they mean is judged by the <dkim-status> element in the browser.
 *
 * @license MIT
 */

use DkimStatus\Actions;
use DkimStatus\HeaderFields;
use DkimStatus\Message;
use DkimStatus\Settings;
use DkimStatus\Trust;

class dkimstatus extends rcube_plugin
{
    public $task = 'mail|settings';

    /** @var rcmail */
    private $rc;
    /** @var Trust */
    private $trust;
    /** @var Settings */
    private $settings;

    public function init()
    {
        spl_autoload_register([self::class, 'load']); // most requests need few of the classes
        $this->rc = rcmail::get_instance();
        $this->load_config();
        $this->add_texts('localization/');
        $this->settings = new Settings($this->rc, $this);

        if ($this->rc->task === 'settings') {
            $this->add_hook('preferences_list', [$this->settings, 'show']);
            $this->add_hook('preferences_save', [$this->settings, 'save']);
            return;
        }

        $this->trust = new Trust($this->rc);
        $this->add_hook('storage_init', [$this, 'fetchResultsToo']);
        $this->add_hook('messages_list', [$this, 'giveRowsTheirFields']);
        $this->add_hook('message_load', [$this, 'giveMessageItsFields']);
        $this->add_hook('render_page', [$this, 'addScript']);
        (new Actions($this->rc, $this))->register();
    }

    /** Where the raw order of the fields cannot be had, the values of this one can still be. */
    public function fetchResultsToo($args)
    {
        $args['fetch_headers'] = trim(($args['fetch_headers'] ?? '') . ' ' . HeaderFields::RESULTS);
        return $args;
    }

    /** Each row carries its header fields; the browser finds them in the event `insertrow`. */
    public function giveRowsTheirFields($args)
    {
        if (!empty($args['messages']) && $this->settings->isShownIn('list')) {
            $fields = new HeaderFields($this->rc->get_storage());
            foreach ($this->byFolder($args['messages']) as $folder => $messages) {
                if (!$this->trust->isNeutral($folder)) {
                    $rows = $fields->ofRows($folder, $messages);
                    foreach ($messages as $message) {
                        $row = $rows[$message->uid] + ['trusted' => $this->trust->covers($folder)];
                        $message->list_flags['extra_flags']['dkimstatus'] = $row;
                    }
                }
            }
        }
        return $args;
    }

    /** The hook also fires for messages that are attached to others: those get no sign. */
    public function giveMessageItsFields($args)
    {
        $message = $args['object'];
        $shows = in_array($this->rc->action, ['show', 'preview', 'print'], true);
        if ($shows && $message->headers && $message->context === null && $this->settings->isShownIn('message')) {
            if (!$this->trust->isNeutral($message->folder)) {
                $shown = new Message($this->rc, $message, $this->trust->covers($message->folder));
                $this->rc->output->set_env('dkimstatus_message', $shown->env());
            }
        }
        return $args;
    }

    public function addScript($args)
    {
        if (in_array($args['template'], ['mail', 'message', 'messagepreview', 'messageprint'], true)) {
            $this->trust->warnOnce();
            $this->rc->output->set_env('dkimstatus', $this->trust->env() + $this->settings->env());
            $this->addLabels('replyanyway', 'replyunclear', 'replyothername');
            $this->include_script('dkimstatus.js');
            $this->addWords();
            $this->include_stylesheet($this->stylesheet());
        }
        return $args;
    }

    /** Each skin's holds all that is common, too: one request. Skins that extend none of these get Elastic's. */
    private function stylesheet()
    {
        $own = $this->local_skin_path() . '/dkimstatus.css';
        return is_file(__DIR__ . "/$own") ? $own : 'skins/elastic/dkimstatus.css';
    }

    /** In the user's language, before anything is drawn; the element has English ones itself. */
    private function addWords()
    {
        preg_match('/^[a-z]+/', $this->rc->get_user_language(), $match);
        $file = 'words/' . ($match[0] ?? 'en') . '.js';
        if (is_file(__DIR__ . "/$file")) {
            $this->include_script($file);
        }
    }

    private function addLabels(...$names)
    {
        foreach ($names as $name) {
            $this->rc->output->add_label("dkimstatus.$name");
        }
    }

    /** An autoloader. */
    public static function load($class)
    {
        if (strpos($class, 'DkimStatus\\') === 0) {
            require_once __DIR__ . '/lib/' . substr($class, strlen('DkimStatus\\')) . '.php';
        }
    }

    private function byFolder(array $messages)
    {
        $folders = [];
        foreach ($messages as $message) {
            if (!empty($message->uid)) {
                $folders[(string) $message->folder][] = $message;
            }
        }
        return $folders;
    }
}
